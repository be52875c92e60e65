package dev.sheaf.transport.mpj;

/// One rank's end of MPJ's connections: messages of bytes between processes, each with a tag,
/// within a context. Any thread may call it at any time.
final class Device {
  /// Receives from any process.
  static final int ANY = -1;

  /// The class of MPJ's device between threads.
  static final String THREADS = "xdev.smpdev.SMPDevice";

  /// The class of MPJ's device between processes.
  static final String PROCESSES = "xdev.niodev.NIODevice";

  private final Library library;
  private final Object device;
  private final String name;
  private final int sendOverhead;
  private Object[] processes;

  private Device(Library library, String name, Object device) {
    this.library = library;
    this.name = name;
    this.device = device;
    try {
      sendOverhead = (int) library.sendOverhead.invokeExact(device);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// The device of a thread of a group of [Library#newGroup]. Waits for the threads of the other
  /// ranks.
  static Device ofThread(Library library, int rank, int size) {
    Device device = new Device(library, "smpdev", library.newDevice(THREADS));
    device.init(Integer.toString(rank), Integer.toString(size));
    return device;
  }

  /// The device of a process; waits for the others to be connected.
  ///
  /// @param server where the launcher answers
  static Device ofProcess(Library library, int rank, int size, String server, int port) {
    Device device = new Device(library, "niodev", library.newDevice(PROCESSES));
    // All messages are sent at once: its thread that reads never waits for one that writes then.
    String configuration =
        "#;#Number of Processes;%d;#Protocol Switch Limit;%d;#Server Name;%s;#Server Port;%d"
            .formatted(size, Integer.MAX_VALUE, server, port);
    device.init(Integer.toString(rank), configuration);
    return device;
  }

  private void init(String rank, String configuration) {
    try {
      processes =
          (Object[]) library.init.invokeExact(device, new String[] {rank, configuration, name});
    } catch (Throwable e) {
      throw failure("did not connect the ranks", e);
    }
  }

  Library library() {
    return library;
  }

  /// The name of the device, as MPJ's.
  String name() {
    return name;
  }

  int sendOverhead() {
    return sendOverhead;
  }

  /// Sends a message that waits for its receiver by itself; the frame is MPJ's from now on.
  void post(Frame frame, int count, int process, int tag, int context) {
    try {
      library.isend.invokeExact(device, frame.full(count), processes[process], tag, context);
    } catch (Throwable e) {
      throw failure("did not send to rank " + process, e);
    }
  }

  /// Sends a message; returns when the frame may be used again.
  void send(Frame frame, int count, int process, int tag, int context) {
    try {
      library.send.invokeExact(device, frame.full(count), processes[process], tag, context);
    } catch (Throwable e) {
      throw failure("did not send to rank " + process, e);
    }
  }

  /// Waits for a message, from a process or [#ANY].
  void recv(Frame frame, int process, int tag, int context) {
    Object source = process == ANY ? library.anySource : processes[process];
    try {
      library.recv.invokeExact(device, frame.empty(), source, tag, context);
    } catch (Throwable e) {
      throw failure("did not receive", e);
    }
  }

  /// Whether `niodev` has closed its connections, which it does when it loses one of them.
  boolean closed() {
    try {
      return (boolean) library.closed.invokeExact(device);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// Closes the connections when all processes have come here.
  void finish() {
    try {
      library.finish.invokeExact(device);
    } catch (Throwable e) {
      throw failure("did not end", e);
    }
  }

  private LinkException failure(String what, Throwable cause) {
    return new LinkException("MPJ's " + name + " " + what + ": " + cause, cause);
  }
}
