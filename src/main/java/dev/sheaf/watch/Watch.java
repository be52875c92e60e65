package dev.sheaf.watch;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Failure;
import dev.sheaf.comm.Postbox;
import dev.sheaf.comm.SharedMemory;
import dev.sheaf.process.LastWords;
import dev.sheaf.process.ParentProcess;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// Tells who is absent when ranks have waited for a long time.
///
/// Every rank keeps a row of words in memory that its node's ranks share: the call that it is in,
/// the item that each thread has in hand. Calls are noted by the communicator that [#counted]
/// gives, items by [dev.sheaf.map.OrderedMap]. A daemon thread in each process looks at all rows
/// now and then, so what is told is right also for a rank that is stopped or hangs. Between nodes
/// the rows travel in a message from node to node every twelfth of the time to stall, at least
/// every 5 seconds; that needs a [Postbox].
///
/// A stall is told on standard error, in one line, by rank 0, or if that one has stopped by the
/// lowest rank that lives; again after as long a time, then after twice that, and so on.
///
/// A rank whose thread has given no sign of life for the time to stall, and 5 seconds at least, is
/// lost, whatever is the cause: it is stopped, or killed and nobody has noticed, or its host is cut
/// off. That ends the job. A launcher that notices a loss before that ends the other ranks, which
/// then tell it ([#tellLost]).
///
/// With no limit to the time that ranks may wait nobody is told, and the rows only count.
///
/// **Cost.** A store or two to memory for a call and for an item.
public final class Watch implements AutoCloseable {
  private static final Codec<Member> MEMBER = Codecs.ofRecord(Member.class);

  /// The ranks of this process share this number.
  private static final long JVM = ThreadLocalRandom.current().nextLong();

  /// Looks in the time that ranks may wait.
  private static final int LOOKS = 12;

  private static final long LONGEST_PAUSE = 5_000_000_000L;

  private static final long NEVER = Long.MAX_VALUE;

  /// So many signs of life in a row don't fail to come where nothing is wrong: two may be on their
  /// way.
  private static final int MISSED = 3;

  private final Communicator comm;
  private final long patience;

  /// Between two looks.
  private final long pause;

  private final boolean abort;
  private final Member[] members;
  private final Postbox postbox;
  private final SharedMemory memory;
  private final Rows rows;
  private final Notes notes;
  private final View view;
  private final Intervals telling;

  /// `null` on one node.
  private final Relay relay;

  /// Whether a launcher has started each rank as a process.
  private final boolean launched;

  /// Looks at the rows; `null` where a lower rank of this process does.
  private final Thread watcher;

  /// The ranks' processes on this host, as far as they can be seen. Written once.
  private volatile Map<Integer, ProcessHandle> neighbours = Map.of();

  /// Held while someone looks, and to end that.
  private final Object looking = new Object();

  private boolean stopped;

  /// When this thread has looked last.
  private long looked;

  private Watch(
      Communicator comm, Member[] members, Postbox postbox, Duration stall, boolean abort) {
    this.comm = comm;
    this.members = members;
    this.postbox = postbox;
    this.abort = abort;
    patience = stall.isZero() ? NEVER : stall.toNanos();
    pause = Math.min(patience / LOOKS, LONGEST_PAUSE);
    int size = members.length;
    int words = words(members);
    // A row more: tells a node's ranks its number.
    memory = comm.sharedMemory((size + 1L) * words * Long.BYTES);
    rows = new Rows(memory.segment(), size, words);
    int[] leaders = new int[size];
    for (int rank = 0; rank < size; rank++) {
      while (members[leaders[rank]].jvm() != members[rank].jvm()) {
        leaders[rank]++;
      }
    }
    launched = Arrays.stream(leaders).distinct().count() == size;
    LastWords lastWords = launched ? LastWords.of(members[comm.rank()].threads()) : null;
    notes = new Notes(rows, comm.rank(), lastWords);
    looked = System.nanoTime();
    view = new View(rows, leaders, looked);
    telling = new Intervals(patience);
    relay = postbox == null ? null : new Relay(postbox, rows, nodes(), comm.rank());
    watcher = leaders[comm.rank()] == comm.rank() ? new Thread(this::watch, "watch") : null;
    if (watcher != null) {
      watcher.setDaemon(true);
      watcher.start();
    }
  }

  /// Begins to watch. Collective.
  ///
  /// @param comm all ranks; used through [#counted] from now on
  /// @param threads how many threads of this rank may have items in hand
  /// @param stall how long ranks may wait before that is told, at least 1 ms; zero: it is never
  ///   told
  /// @param abort whether a stall ends the job, with [Failure#RANK]; without it only one does that
  ///   can never end: a rank is lost, a rank's program has returned without a collective call that
  ///   others are in, or ranks are in different ones
  /// @return the watch; `null` on all ranks if they are on several nodes and the transport has no
  ///   [Postbox]
  public static Watch start(Communicator comm, int threads, Duration stall, boolean abort) {
    Member self =
        new Member(comm.host(), ProcessHandle.current().pid(), JVM, threads, comm.nodeSize());
    Member[] members = comm.allgatherObjects(self, MEMBER).toArray(Member[]::new);
    Postbox postbox = null;
    if (comm.nodeSize() < comm.size()) {
      int most = Arrays.stream(members).mapToInt(Member::nodeSize).max().getAsInt();
      postbox = comm.postbox(Relay.words(most, words(members)));
      if (postbox == null) {
        return null;
      }
    }
    return new Watch(comm, members, postbox, stall, abort);
  }

  private static int words(Member[] members) {
    return Rows.words(Arrays.stream(members).mapToInt(Member::threads).max().getAsInt());
  }

  /// For each rank a number of its node: one of its ranks. Collective.
  private int[] nodes() {
    if (comm.nodeRank() == 0) {
      rows.set(rows.ranks, 0, comm.rank());
    }
    memory.sync();
    return Arrays.stream(comm.allgather(rows.get(rows.ranks, 0)))
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /// The communicator of all ranks, watched, and how far they are: of other nodes, as of the last
  /// message.
  public Counted counted() {
    return new Counted(new Watched(comm, notes, true), notes::tally);
  }

  private void watch() {
    neighbours = launched ? processes() : Map.of();
    while (true) {
      LockSupport.parkNanos(pause);
      Stall stall;
      synchronized (looking) {
        if (stopped) {
          return;
        }
        stall = look(System.nanoTime());
      }
      if (stall != null && (abort || stall.hopeless())) {
        end(stall);
        return;
      }
      if (stall != null) {
        System.err.println("sheaf: " + stall.text());
      }
    }
  }

  private Map<Integer, ProcessHandle> processes() {
    Map<Integer, ProcessHandle> processes = new TreeMap<>();
    for (int rank = 0; rank < members.length; rank++) {
      if (members[rank].host().equals(comm.host())) {
        Optional<ProcessHandle> process = ProcessHandle.of(members[rank].pid());
        if (process.isPresent()) {
          processes.put(rank, process.get());
        }
      }
    }
    return processes;
  }

  /// Tells on standard error, in one line, which ranks are lost and what they did last: those of
  /// this host whose process is gone, and any of which signs of life have failed to come; unless
  /// another rank does, or they have told it themselves. For when a launcher asks this rank to end,
  /// as it does when it has lost another. Local, and never waits.
  public void tellLost() {
    synchronized (looking) {
      if (stopped) {
        return;
      }
      view.look(System.nanoTime());
      int[] lost =
          IntStream.range(0, members.length)
              .filter(rank -> lost(rank) && teller(rank) == comm.rank())
              .toArray();
      if (lost.length > 0) {
        System.err.println("sheaf: " + Stall.lost(view, members, lost, notes).text());
      }
    }
  }

  private boolean lost(int rank) {
    return !view.told(rank) && (gone(rank) || view.silence(rank) > MISSED * pause);
  }

  private boolean gone(int rank) {
    return neighbours.containsKey(rank) && !neighbours.get(rank).isAlive();
  }

  /// Who tells that a rank is lost: the lowest rank that lives, of those of its host if that is
  /// this one, as then all of them know.
  private int teller(int lost) {
    boolean here = neighbours.containsKey(lost);
    return IntStream.range(0, members.length)
        .filter(rank -> !here || neighbours.containsKey(rank))
        .filter(rank -> !view.ended(rank) && !lost(rank))
        .findFirst()
        .orElse(-1);
  }

  private void tells() {
    rows.set(comm.rank(), Rows.END, Rows.TELLS);
  }

  private void end(Stall stall) {
    tells();
    try {
      throw comm.abort(stall.text(), Failure.RANK);
    } catch (Throwable _) {
      // Embedded ranks are told by exceptions, which have no meaning here.
    }
  }

  /// @return a stall to be told now by this rank, or `null`
  private Stall look(long now) {
    rows.increment(comm.rank(), Rows.BEAT);
    if (launched && ParentProcess.gone()) {
      rows.set(comm.rank(), Rows.END, Rows.ORPHAN);
    }
    if (relay != null) {
      relay.receive();
    }
    view.look(now);
    Stall unreachable = send(false);
    if (unreachable != null) {
      return unreachable;
    }
    if (now - looked > patience / 2) {
      view.restart(); // after a pause of its own, as by SIGSTOP, it knows nothing about the others
    }
    looked = now;
    boolean mine = patience < NEVER && lowest() == comm.rank();
    Stall stall = mine ? Stall.in(view, members, patience, notes) : null;
    return telling.due(now, stall != null) ? stall : null;
  }

  /// Sends what other nodes are to know.
  ///
  /// @param last whether it is the last time
  /// @return a rank that can't be reached, or `null`
  private Stall send(boolean last) {
    int unreachable = relay == null ? -1 : relay.send(this::lives, last);
    return unreachable < 0 ? null : Stall.lost(view, members, new int[] {unreachable}, notes);
  }

  private int lowest() {
    return IntStream.range(0, members.length).filter(this::lives).findFirst().orElse(-1);
  }

  /// Whether a rank can be reckoned with: judged by half the time that others may wait, so that the
  /// lowest such rank is known when there is something to tell.
  private boolean lives(int rank) {
    return !view.ended(rank) && !view.orphan(rank) && view.silence(rank) < patience / 2;
  }

  /// Ends the watching by this rank, which has failed, and tells why itself, or [#close]s. Local.
  public void stop() {
    synchronized (looking) {
      if (!stopped) {
        tells();
      }
      stopped = true;
    }
    LockSupport.unpark(watcher);
  }

  /// This rank's program has returned. Collective, may wait for the other ranks.
  @Override
  public void close() {
    synchronized (looking) {
      notes.ended();
      if (!stopped) {
        rows.increment(comm.rank(), Rows.BEAT);
        Stall unreachable = send(true);
        if (unreachable != null) {
          end(unreachable);
        }
      }
    }
    stop();
    memory.close();
    if (postbox != null) {
      postbox.close();
    }
  }
}
