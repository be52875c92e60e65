package dev.sheaf.process;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The variables that this process was started with, byte for byte, for its children: but for those
/// by which an MPI's launcher tells a rank that it is one. A child that is an MPI program, or
/// starts one, is a job of its own.
final class Environment {
  /// Of MPICH and its relatives, PMIx, Open MPI and `run/mpj`; what a user sets for Open MPI is
  /// `OMPI_MCA_NAME`.
  private static final Pattern OF_A_RANK =
      Pattern.compile(
          "(PMI|HYDI|MPI_LOCAL|OMPI_(?!MCA_)|OMPI_MCA_(ess|orte|pmix|prte|initial_wdir)|SHEAF_MPJ_).*");

  private static final List<String> NAMES = new ArrayList<>();
  private static final List<Long> ADDRESSES = new ArrayList<>();

  static {
    byte[] all;
    try {
      all = Files.readAllBytes(Path.of("/proc/self/environ"));
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
    MemorySegment memory = Arena.global().allocate(all.length + 1L);
    memory.copyFrom(MemorySegment.ofArray(all));
    int start = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == 0) {
        String name =
            new String(all, start, i - start, StandardCharsets.ISO_8859_1).split("=", 2)[0];
        if (!OF_A_RANK.matcher(name).matches()) {
          NAMES.add(name);
          ADDRESSES.add(memory.address() + start);
        }
        start = i + 1;
      }
    }
  }

  private Environment() {}

  /// The variables and these, as `execve` takes them.
  static MemorySegment with(Map<String, String> variables, Arena arena) {
    MemorySegment all = arena.allocate(JAVA_LONG, NAMES.size() + variables.size() + 1L);
    int n = 0;
    for (int i = 0; i < NAMES.size(); i++) {
      if (!variables.containsKey(NAMES.get(i))) {
        all.setAtIndex(JAVA_LONG, n++, ADDRESSES.get(i));
      }
    }
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      String text = variable.getKey() + "=" + variable.getValue();
      all.setAtIndex(JAVA_LONG, n++, arena.allocateFrom(text).address());
    }
    return all;
  }
}
