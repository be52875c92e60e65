package dev.sheaf.transport;

import dev.sheaf.InputException;
import dev.sheaf.comm.Transport;
import dev.sheaf.transport.local.LocalTransport;
import dev.sheaf.transport.mpi.MpiTransport;
import dev.sheaf.transport.mpj.MpjTransport;
import dev.sheaf.transport.openmpi.OpenMpiTransport;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/// Finds the transport of a run.
public final class Transports {
  /// The transport of ranks that are threads of this JVM: what a program without a launcher gets.
  public static final String LOCAL = "local";

  // Not by ServiceLoader, which opens the jar once more at the start of every rank.
  private static final List<Transport> ALL =
      List.of(new LocalTransport(), new MpiTransport(), new OpenMpiTransport(), new MpjTransport());

  private Transports() {}

  /// The transport of that name, or without one that whose launcher started us, else `local`.
  ///
  /// @param name a transport's name, or `null`
  /// @throws InputException if there is none of that name
  public static Transport find(String name, Map<String, String> environment) {
    for (Transport transport : ALL) {
      if (name == null ? transport.launched(environment) : transport.name().equals(name)) {
        return transport;
      }
    }
    if (name == null) {
      return find(LOCAL, environment);
    }
    for (Transport other : ServiceLoader.load(Transport.class)) { // not in this jar
      if (other.name().equals(name)) {
        return other;
      }
    }
    throw new InputException(
        "--transport %s: there is %s"
            .formatted(name, ALL.stream().map(Transport::name).collect(Collectors.joining(", "))));
  }
}
