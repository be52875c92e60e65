package dev.sheaf.transport.mpj;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.stream.Stream;

/// Where the processes of a job on `niodev` meet: each tells its rank and its two ports, and when
/// all have, each is told everybody's. What MPJ's own launcher serves.
final class Meeting implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final ServerSocket server;
  private final String[] peers;
  private final Socket[] sockets;
  private volatile boolean over;

  /// Opens the door.
  ///
  /// @param local whether all processes are on this host
  Meeting(int size, boolean local) throws IOException {
    peers = new String[size];
    sockets = new Socket[size];
    server = new ServerSocket();
    server.bind(
        local
            ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
            : new InetSocketAddress(0),
        size);
    Thread.ofPlatform().daemon().name("mpj-meeting").start(this::serve);
  }

  int port() {
    return server.getLocalPort();
  }

  /// Whether all have met.
  boolean over() {
    return over;
  }

  private void serve() {
    try {
      while (Stream.of(peers).anyMatch(Objects::isNull)) {
        Socket socket = server.accept();
        if (!enter(socket)) {
          socket.close();
        }
      }
      String all = "#Peer Information" + String.join("", peers);
      over = true;
      for (Socket socket : sockets) {
        new DataOutputStream(socket.getOutputStream()).writeUTF(all);
        socket.close();
      }
    } catch (IOException e) {
      // A process has ended, or the launcher: it sees that by itself.
    }
  }

  /// Notes what a process tells.
  ///
  /// @return whether it is one of ours
  private boolean enter(Socket socket) {
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      if (!in.readUTF().equals("Sending Info")) {
        return false;
      }
      int wport = in.readInt();
      int rport = in.readInt();
      int rank = in.readInt();
      if (rank < 0 || rank >= peers.length || peers[rank] != null) {
        return false;
      }
      String address = socket.getInetAddress().getHostAddress();
      peers[rank] = ";" + address + "@" + rport + "@" + wport + "@" + rank + "@0";
      sockets[rank] = socket;
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : Stream.of(sockets).filter(Objects::nonNull).toList()) {
        socket.close();
      }
    } catch (IOException e) {
      // nothing to be done
    }
  }
}
