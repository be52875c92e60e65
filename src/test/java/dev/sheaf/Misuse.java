package dev.sheaf;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.VBuffer;
import java.util.concurrent.CompletableFuture;

/// Programs for two ranks that use the library in a wrong way, and what they must be told.
enum Misuse implements Program {
  /// A collective call on one rank only.
  ALONE("collective calls differ: rank 0 calls barrier, but rank 1 has returned from its program") {
    @Override
    public void run(World world) {
      if (world.rank() == 0) {
        world.barrier();
      }
    }
  },
  OTHER_CALL("collective calls differ: rank 0 calls barrier, but rank 1 calls allreduce SUM of 1") {
    @Override
    public void run(World world) {
      if (world.rank() == 0) {
        world.barrier();
      } else {
        world.sum(1);
      }
    }
  },
  OTHER_COUNT("rank 0 calls allreduce SUM of 2 INT64, but rank 1 calls allreduce SUM of 3 INT64") {
    @Override
    public void run(World world) {
      long[] values = new long[2 + world.rank()];
      world.comm().allreduce(Buffer.of(values), Buffer.of(values), Op.SUM);
    }
  },
  OTHER_PART("scatterv with root 0: rank 0 has counted 1 INT32 for rank 1, whose buffer holds 2") {
    @Override
    public void run(World world) {
      VBuffer all = world.isRoot() ? VBuffer.of(Buffer.of(7, 8), 1, 1) : null;
      world.comm().scatterv(all, Buffer.of(new int[1 + world.rank()]), 0);
    }
  },
  OTHER_ROOT("rank 0 calls bcast with root 0 of 1 INT64, but rank 1 calls bcast with root 1 of") {
    @Override
    public void run(World world) {
      world.bcast("text", world.rank());
    }
  },
  OTHER_ITEMS("rank 1 on .*map: rank 0 has another number of items than 4") {
    @Override
    public void run(World world) {
      world.map(3 + world.rank(), i -> i);
    }
  },
  NO_ROOT("root 2 is not in 0..1") {
    @Override
    public void run(World world) {
      world.gather(java.util.List.of(1), 2);
    }
  },
  SHORT_RESULT("recv holds 1 INT64, but send 2 INT64") {
    @Override
    public void run(World world) {
      world.comm().allreduce(Buffer.of(1L, 2L), Buffer.of(0L), Op.SUM);
    }
  },
  SHORT_MESSAGE("rank 1 on .*(longer than the buffer|[Mm]essage truncated)") {
    @Override
    public void run(World world) {
      if (world.isRoot()) {
        world.comm().send(Buffer.of(1L, 2L), 1, 0);
      } else {
        world.comm().recv(Buffer.of(0L), 0, 0);
      }
    }
  },
  CLOSED("barrier: the communicator is closed") {
    @Override
    public void run(World world) {
      Communicator part = world.comm().split(0, 0);
      part.close();
      part.barrier();
    }
  },
  THREAD("barrier on thread .*: the communicator of rank [01] is for its own thread") {
    @Override
    public void run(World world) {
      CompletableFuture.runAsync(world::barrier).join();
    }
  },
  BODY("item 0 .*the world is not for the body of a loop") {
    @Override
    public void run(World world) {
      world.map(
          1,
          i -> {
            world.barrier();
            return i;
          });
    }
  };

  /// In a line on standard error.
  final String told;

  Misuse(String told) {
    this.told = told;
  }

  /// Runs the one that the first word names.
  public static void main(String[] args) {
    System.exit(Sheaf.run(args, world -> valueOf(world.args().getFirst()).run(world)));
  }
}
