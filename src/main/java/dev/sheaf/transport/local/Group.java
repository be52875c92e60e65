package dev.sheaf.transport.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// What the ranks of one communicator share: the barrier that all collective operations are made
/// of. A rank publishes its [Call], all meet, each copies what it needs straight out of or into the
/// others' memory, and all meet again before any of them may use its buffers.
final class Group {
  final Job job;
  final LocalCommunicator[] members;

  /// What rank 0 makes for all of them in the current call.
  Object made;

  private final AtomicInteger using;
  private final AtomicInteger arrived = new AtomicInteger();
  private volatile long phase;

  private Group(Job job, LocalCommunicator[] members) {
    this.job = job;
    this.members = members;
    this.using = new AtomicInteger(members.length);
  }

  /// Makes a group of these ranks, and the communicator of each.
  static Group form(Job job, Rank[] ranks, LocalCommunicator[] members) {
    Group group = new Group(job, members);
    for (int r = 0; r < ranks.length; r++) {
      members[r] = new LocalCommunicator(group, r, ranks[r]);
    }
    job.add(group);
    return group;
  }

  /// Makes a collective call: publishes it, meets the others, who must make the same call, runs
  /// what copies data, and meets them again.
  void run(LocalCommunicator member, Call call, Runnable body) {
    int slot = (int) phase & 1;
    member.calls[slot] = call;
    try {
      meet(member, call, true);
      member.copying(body);
      meet(member, call, false);
    } catch (Throwable e) {
      awaitCopies();
      throw e;
    } finally {
      member.calls[slot] = null;
    }
  }

  /// Waits until no rank copies any more. A rank that leaves a call because the job has failed must
  /// not free memory that another still reads or writes.
  void awaitCopies() {
    for (LocalCommunicator member : members) {
      while (member.copying) {
        LockSupport.parkNanos(100_000);
      }
    }
  }

  /// Meets the others without data.
  void meet(LocalCommunicator member, Call call) {
    member.calls[(int) phase & 1] = call;
    meet(member, call, true);
  }

  /// The call that a rank has published, while a call runs. There are two slots, so that a rank
  /// that has left a barrier may publish its next call while others still look at the last.
  Call call(int rank) {
    return members[rank].calls[(int) (phase - 1) & 1];
  }

  private void meet(LocalCommunicator member, Call call, boolean opening) {
    job.check();
    long now = phase;
    member.arrivals = now + 1;
    if (arrived.incrementAndGet() < members.length) {
      new Meeting(member, call, now).await();
      return;
    }
    if (opening) {
      compareCalls(member, (int) now & 1);
    }
    arrived.setPlain(0);
    phase = now + 1;
    wakeAll();
  }

  private void compareCalls(LocalCommunicator member, int slot) {
    Call first = members[0].calls[slot];
    for (LocalCommunicator other : members) {
      if (!other.calls[slot].matches(first)) {
        throw member.lost(
            "collective calls differ: rank %d calls %s, but rank %d calls %s"
                .formatted(
                    members[0].self().number, first, other.self().number, other.calls[slot]));
      }
    }
  }

  /// Forgets the group when its last member has left it. A rank that leaves by an exception needn't
  /// wait for the others.
  void left() {
    if (using.decrementAndGet() == 0) {
      job.remove(this);
    }
  }

  void wakeAll() {
    for (LocalCommunicator member : members) {
      member.wake();
    }
  }

  /// Tells who waits for what if all members wait in calls on this communicator and none can go on,
  /// else `null`. As only one thread of a rank at a time calls a communicator, nobody is left then
  /// who could change that.
  String deadlock() {
    Wait[] waits = new Wait[members.length];
    for (int r = 0; r < waits.length; r++) {
      waits[r] = members[r].waiting;
      if (waits[r] == null && !members[r].self().ended) {
        return null;
      }
    }
    List<String> told = new ArrayList<>();
    for (int r = 0; r < waits.length; r++) {
      if (waits[r] != null) {
        if (waits[r].ready()) {
          return null;
        }
        told.add("rank " + members[r].self().number + " waits in " + waits[r]);
      }
    }
    for (int r = 0; r < waits.length; r++) {
      if (!Objects.equals(members[r].waiting, waits[r])) {
        return null;
      }
    }
    return "deadlock: " + String.join("; ", told);
  }

  /// The wait for the other ranks to arrive.
  private final class Meeting extends Wait {
    private final Call call;
    private final long now;

    Meeting(LocalCommunicator member, Call call, long now) {
      super(member);
      this.call = call;
      this.now = now;
    }

    @Override
    boolean ready() {
      return phase != now;
    }

    @Override
    Rank missing() {
      for (LocalCommunicator other : members) {
        // `arrivals` is written before `ended` is.
        if (other.self().ended && other.arrivals <= now) {
          return other.self();
        }
      }
      return null;
    }

    @Override
    public String toString() {
      return call.name();
    }
  }
}
