package dev.sheaf.comm;

import dev.sheaf.InputException;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.StringJoiner;

/// Finds the transport of a run.
public final class Transports {
  /// The transport of ranks that are threads of this JVM: what a program without a launcher gets.
  public static final String LOCAL = "local";

  private Transports() {}

  /// The transport of that name, or without one that whose launcher started us, else `local`.
  ///
  /// @param name a transport's name, or `null`
  /// @throws InputException if there is none of that name
  public static Transport find(String name, Map<String, String> environment) {
    Transport local = null;
    StringJoiner names = new StringJoiner(", ");
    for (Transport transport : ServiceLoader.load(Transport.class)) {
      if (name == null ? transport.launched(environment) : transport.name().equals(name)) {
        return transport;
      }
      if (transport.name().equals(LOCAL)) {
        local = transport;
      }
      names.add(transport.name());
    }
    if (name != null) {
      throw new InputException("--transport " + name + ": there is " + names);
    }
    return local;
  }

  /// This process's rank as its launcher says, before any transport has started; 0 without a
  /// launcher. So that of many ranks that meet the same error, one tells it.
  public static int launchedRank(Map<String, String> environment) {
    for (String variable :
        new String[] {
          "SHEAF_MPJ_RANK", "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"
        }) {
      String rank = environment.get(variable);
      if (rank != null && !rank.isEmpty() && rank.chars().allMatch(Character::isDigit)) {
        return Integer.parseInt(rank);
      }
    }
    return 0;
  }
}
