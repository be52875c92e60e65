package dev.sheaf;

import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Op;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/// A program that makes all calls of [World]. Rank 0 prints what has come of them; every rank sees
/// to it that it has been given the same.
final class Everything implements Program {
  private record Estimate(int index, String name, double[] values) {}

  private final List<String> told = new ArrayList<>();

  private Everything() {}

  /// Runs it; three items fail.
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return Sheaf.run(args, world -> new Everything().run(world));
  }

  private void tell(Object... values) {
    told.add(Arrays.deepToString(values));
  }

  @Override
  public void run(World world) throws Exception {
    tell("args", world.args());
    tell("squares", world.map(10, i -> (long) i * i));
    List<Object> kinds =
        Arrays.asList(
            null,
            true,
            (byte) 1,
            (short) 2,
            'c',
            3,
            4L,
            5f,
            6.0,
            "text",
            new boolean[] {true},
            new short[] {7},
            new char[] {'x', 'y'},
            new double[][] {{1}, {2, 3}},
            new String[][] {{"a"}, {}},
            List.of(1, List.of("b")));
    for (Object kind : world.map(kinds.size(), kinds::get)) {
      tell(kind == null ? "null" : kind.getClass().getSimpleName(), kind);
    }
    for (Estimate each :
        world.map(
            List.of("a", "b", "c"),
            item ->
                new Estimate(
                    (int) item.index(), item.input(), new double[] {item.random().nextDouble()}),
            Codecs.ofRecord(Estimate.class))) {
      tell(each.index, each.name, each.values);
    }
    Results<Integer> some = world.map(4, i -> 12 / (i - 2));
    FailedItem failed = some.failures().getFirst();
    tell(some.size(), some.get(3), failed.index(), failed.input(), failed.cause());
    try {
      tell(some.get(2));
    } catch (NoSuchElementException e) {
      tell(e.getMessage().replaceAll("on rank [^:]*:", "on a rank:"));
    }
    tell(
        world
            .map(
                List.of("missing.txt"),
                item -> {
                  throw new IOException(item.path() + ": no such file");
                })
            .failures()
            .getFirst()
            .cause());
    tell(world.map(1, i -> new Estimate(i, "", null)).failures().getFirst().cause());

    int last = world.size() - 1;
    tell("bcast", world.bcast(world.rank() == last ? "from the last" : null, last));
    List<Integer> numbers = IntStream.range(0, 23).boxed().toList();
    List<Integer> mine = world.scatter(world.isRoot() ? numbers : null, 0);
    List<Integer> gathered = world.gather(mine, last);
    tell("gather", world.bcast(gathered, last));
    double[] tenths =
        mine.stream().mapToDouble(i -> (i % 2 == 0 ? 1e17 : -1e17) + i / 10.0).toArray();
    tell("sum", world.sum(tenths), world.sum(mine.stream().mapToLong(i -> i).toArray()));
    tell("reduce", world.reduce(mine.stream().map(i -> "(" + i).toList(), (a, b) -> a + b + ")"));
    tell("nothing", world.reduce(List.<Integer>of(), Integer::sum));
    world.barrier();
    long hash = told.hashCode();
    boolean same = world.comm().allreduce(hash, Op.MAX) == world.comm().allreduce(hash, Op.MIN);
    if (world.isRoot()) {
      told.add(same ? "the same on all ranks" : "not the same on all ranks");
      System.out.println(String.join("\n", told));
    }
  }
}
