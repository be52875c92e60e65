package dev.sheaf.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sheaf.foreign.NativeFunction;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Shell commands, one after the other, in a process group that ends with this process: also when
/// it is killed by SIGKILL, and with all processes that the commands have started.
///
/// A guard leads the group: a shell that reads from a pipe whose other end is held by this process
/// alone. When this process ends, however it does, the guard meets the pipe's end and kills the
/// group. A command costs nothing for that. (`PR_SET_PDEATHSIG` would have to be asked for between
/// fork and exec, by a further program for each command, and reaches no grandchildren.)
///
/// What has left the group (`setsid`, daemons) the guard knows by a variable, `SHEAF_GROUP`, that
/// the commands hand on to all that they start; as Jenkins does. Not reached: what was started
/// without it (`env -i`, `ssh`, `sudo`, `at`, containers of a daemon), and what runs as another
/// user. To leave something behind on purpose, take the variable away (`env -u`).
///
/// By `posix_spawn`, which neither copies this process's page tables nor stops its other threads.
/// One a thread; [#kill] may be called by any thread.
///
/// **Source.** POSIX.1-2017 `posix_spawn`, `setpgid`, `kill`, `waitpid`. Linux.
public final class ProcessGroup implements AutoCloseable {
  private static final NativeFunction POSIX_SPAWN = NativeFunction.ofC("posix_spawn");
  private static final NativeFunction ATTR_INIT = NativeFunction.ofC("posix_spawnattr_init");
  private static final NativeFunction ATTR_FLAGS = NativeFunction.ofC("posix_spawnattr_setflags");
  private static final NativeFunction ATTR_GROUP = NativeFunction.ofC("posix_spawnattr_setpgroup");
  private static final NativeFunction ACTIONS_INIT =
      NativeFunction.ofC("posix_spawn_file_actions_init");
  private static final NativeFunction ACTIONS_OPEN =
      NativeFunction.ofC("posix_spawn_file_actions_addopen");
  private static final NativeFunction ACTIONS_DUP2 =
      NativeFunction.ofC("posix_spawn_file_actions_adddup2");
  private static final NativeFunction ACTIONS_DESTROY =
      NativeFunction.ofC("posix_spawn_file_actions_destroy");
  private static final NativeFunction WAITPID = NativeFunction.ofC("waitpid");
  private static final NativeFunction KILL = NativeFunction.ofC("kill");
  private static final NativeFunction PIPE2 = NativeFunction.ofC("pipe2");
  private static final NativeFunction CLOSE = NativeFunction.ofC("close");
  private static final NativeFunction FCNTL = NativeFunction.ofC("fcntl");
  private static final NativeFunction STRERROR = NativeFunction.ofC("strerror");

  private static final int SETPGROUP = 0x02;
  private static final int SETSIGMASK = 0x08;
  private static final int WNOHANG = 1;
  private static final int SIGKILL = 9;
  private static final int SIGCONT = 18;
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_WRONLY = 0x1;
  private static final int O_CREAT = 0x40;
  private static final int O_TRUNC = 0x200;
  private static final int O_APPEND = 0x400;
  private static final int RW_FOR_ALL = 0666;

  /// More than any C library takes for the types that POSIX leaves open (glibc: 336 bytes).
  private static final int OPAQUE_BYTES = 1024;

  private static final String SHELL = "/bin/sh";
  private static final Path NULL_DEVICE = Path.of("/dev/null");

  private static final String MARK = "SHEAF_GROUP";

  /// The commands may signal their group; `kill 0` in a command is not meant for the guard. While
  /// it kills those with the mark they may start others, but not for long.
  private static final String GUARD =
      """
      trap '' HUP INT QUIT PIPE ALRM TERM USR1 USR2
      read -r _
      for _ in 1 2 3 4 5 6 7 8 9; do
        marked=$(grep -lzsFx "SHEAF_GROUP=$SHEAF_GUARDS" /proc/[0-9]*/environ)
        [ "$marked" ] || break
        for process in $marked; do
          process=${process%/environ}
          kill -9 "${process#/proc/}"
        done
      done
      kill -9 0
      """;

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment attributes = arena.allocate(OPAQUE_BYTES, Long.BYTES);
  private final MemorySegment actions = arena.allocate(OPAQUE_BYTES, Long.BYTES);
  private final MemorySegment word = arena.allocate(JAVA_LONG);
  private final MemorySegment ended = arena.allocate(JAVA_INT);
  private final long shell = arena.allocateFrom(SHELL).address();
  private final long dashC = arena.allocateFrom("-c").address();
  private final long nullDevice = arena.allocateFrom(NULL_DEVICE.toString()).address();
  private final String mark = Long.toHexString(ThreadLocalRandom.current().nextLong());
  private int guard;
  private int pipe;
  private boolean killed;

  /// Where the standard output and the standard error of a command go.
  ///
  /// @param file a file, made if there is none; `null` for those of this process
  /// @param append behind what is in the file, else in its place
  public record Output(Path file, boolean append) {
    /// To those of this process.
    public static final Output INHERITED = new Output(null, false);
  }

  /// Begins a group.
  ///
  /// @throws IOException if there can be no further process
  public ProcessGroup() throws IOException {
    ATTR_INIT.call(attributes.address());
    // Without the signals that the JVM blocks.
    ATTR_FLAGS.call(attributes.address(), SETPGROUP | SETSIGMASK);
    closeOnExec();
    startGuard();
  }

  /// Runs a command by `/bin/sh -c`, with nothing to read, in this process's directory. Blocks
  /// until the shell has ended; what it has left in the background goes on until [#close].
  ///
  /// @param command without a NUL
  /// @param variables to be set, ASCII, beside those that this process was started with
  /// @return the shell's exit code, 0 to 255; -n if signal n has killed it
  /// @throws IOException if it could not be started
  public int run(byte[] command, Map<String, String> variables, Output output) throws IOException {
    int pid;
    synchronized (this) {
      if (killed) {
        throw new IOException("killed");
      }
      if (has(guard, WNOHANG)) { // a command has killed all its group
        startGuard();
      }
      try (Arena here = Arena.ofConfined()) {
        MemorySegment text = here.allocate(command.length + 1L); // ends with a NUL
        text.copyFrom(MemorySegment.ofArray(command));
        ACTIONS_INIT.call(actions.address());
        ACTIONS_OPEN.call(actions.address(), 0, nullDevice, 0, 0);
        if (output.file != null) {
          int flags = O_WRONLY | O_CREAT | (output.append ? O_APPEND : O_TRUNC);
          long file = here.allocateFrom(output.file.toString()).address();
          ACTIONS_OPEN.call(actions.address(), 1, file, flags, RW_FOR_ALL);
          ACTIONS_DUP2.call(actions.address(), 1, 2);
        }
        Map<String, String> all = new HashMap<>(variables);
        all.put(MARK, mark);
        pid = spawn(here, guard, text.address(), all, output.file);
      }
    }
    while (!has(pid, 0)) { // interrupted by a signal
      if ((int) KILL.call(pid, 0) != 0) {
        throw new IOException("its process is gone without a status (is SIGCHLD ignored?)");
      }
    }
    int status = ended.get(JAVA_INT, 0);
    int signal = status & 0x7f;
    return signal == 0 ? status >> 8 & 0xff : -signal;
  }

  /// Kills what runs; nothing can be run any more. Any thread may call it, and only before
  /// [#close].
  public synchronized void kill() {
    if (killed) {
      return;
    }
    killed = true;
    if (has(guard, WNOHANG)) { // a command has killed it
      KILL.call(-guard, SIGKILL);
    }
    CLOSE.call(pipe);
    KILL.call(-guard, SIGCONT); // a command may have stopped it
  }

  /// Kills what commands have left in the background, and ends.
  @Override
  public synchronized void close() {
    if (guard > 0) {
      kill();
      while (!has(guard, 0) && (int) KILL.call(guard, 0) == 0) {
        Thread.onSpinWait();
      }
      guard = 0;
    }
  }

  /// Files and sockets of this process are not for its children: the JVM opens them without saying
  /// so, as `ProcessBuilder` has a program of its own to close them.
  private static void closeOnExec() {
    String[] open = new File("/proc/self/fd").list();
    if (open != null) {
      for (String descriptor : open) {
        int fd = Integer.parseInt(descriptor);
        if (fd > 2) {
          FCNTL.call(fd, F_SETFD, FD_CLOEXEC);
        }
      }
    }
  }

  private void startGuard() throws IOException {
    if (guard > 0) {
      CLOSE.call(pipe);
    }
    guard = 0;
    check("pipe", (int) PIPE2.call(word.address(), O_CLOEXEC) == 0 ? 0 : -1);
    int read = word.get(JAVA_INT, 0);
    pipe = word.get(JAVA_INT, Integer.BYTES);
    try (Arena here = Arena.ofConfined()) {
      ACTIONS_INIT.call(actions.address());
      ACTIONS_DUP2.call(actions.address(), read, 0);
      ACTIONS_OPEN.call(actions.address(), 1, nullDevice, O_WRONLY, 0);
      ACTIONS_DUP2.call(actions.address(), 1, 2);
      // Without the mark of a group that this process is in itself.
      Map<String, String> marks = Map.of(MARK, "", "SHEAF_GUARDS", mark);
      guard = spawn(here, 0, here.allocateFrom(GUARD).address(), marks, null);
    } finally {
      CLOSE.call(read);
      if (guard == 0) {
        CLOSE.call(pipe);
      }
    }
  }

  /// Starts a shell.
  ///
  /// @param group to be in; 0 for one of its own
  /// @param command the address of the text
  private int spawn(Arena here, int group, long command, Map<String, String> variables, Path output)
      throws IOException {
    ATTR_GROUP.call(attributes.address(), group);
    MemorySegment arguments = here.allocate(JAVA_LONG, 4); // ends with a null
    arguments.setAtIndex(JAVA_LONG, 0, shell);
    arguments.setAtIndex(JAVA_LONG, 1, dashC);
    arguments.setAtIndex(JAVA_LONG, 2, command);
    int error =
        (int)
            POSIX_SPAWN.call(
                word.address(),
                shell,
                actions.address(),
                attributes.address(),
                arguments.address(),
                Environment.with(variables, here).address());
    ACTIONS_DESTROY.call(actions.address());
    check(output == null ? SHELL : SHELL + ", output to " + output, error);
    return word.get(JAVA_INT, 0);
  }

  /// Whether a child has ended, waiting for it or not; then it is gone, and `ended` has its status.
  private boolean has(int pid, int options) {
    return (int) WAITPID.call(pid, ended.address(), options) == pid;
  }

  private static void check(String what, int error) throws IOException {
    if (error != 0) {
      String why =
          error < 0
              ? "can't be made"
              : MemorySegment.ofAddress(STRERROR.call(error))
                  .reinterpret(Long.MAX_VALUE)
                  .getString(0);
      throw new IOException(what + ": " + why);
    }
  }
}
