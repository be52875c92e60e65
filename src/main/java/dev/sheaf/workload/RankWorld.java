package dev.sheaf.workload;

import dev.sheaf.Body;
import dev.sheaf.FailedItem;
import dev.sheaf.Item;
import dev.sheaf.Results;
import dev.sheaf.World;
import dev.sheaf.comm.Blocks;
import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.comm.Op;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.random.KeyedRandom;
import dev.sheaf.reduce.ExactSum;
import dev.sheaf.reduce.FixedTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// The world of one rank, on a job.
final class RankWorld implements World {
  /// Results travel in pages of about this many bytes.
  private static final int PAGE_BYTES = 8 << 20;

  private static final Codec<List<FailedItem>> FAILED_ITEMS =
      Codecs.list(Codecs.ofRecord(FailedItem.class));

  private final Job job;
  private final List<String> args;
  private final Consumer<MapResult<byte[]>> looped;
  private volatile boolean looping;

  /// @param looped told of each loop; throws to end the program
  RankWorld(Job job, List<String> args, Consumer<MapResult<byte[]>> looped) {
    this.job = job;
    this.args = args;
    this.looped = looped;
  }

  @Override
  public List<String> args() {
    return args;
  }

  @Override
  public Communicator comm() {
    if (looping) {
      throw new IllegalStateException(
          "the world is not for the body of a loop, where each rank has other items");
    }
    return job.comm();
  }

  @Override
  public <R> Results<R> map(int n, Body<Integer, R> f, Codec<R> codec) {
    return loop(n, Long::toString, item -> f.apply((int) item), codec);
  }

  @Override
  public <R> Results<R> map(List<?> inputs, Body<Item, R> f, Codec<R> codec) {
    long seed = job.options().seed();
    LongFunction<String> names = item -> String.valueOf(inputs.get((int) item));
    return loop(
        inputs.size(),
        names,
        item -> f.apply(new Item(item, names.apply(item), KeyedRandom.of(seed, item))),
        codec);
  }

  /// A turn of a loop.
  @FunctionalInterface
  private interface Turn<R> {
    R apply(long item) throws Exception;
  }

  private <R> Results<R> loop(int n, LongFunction<String> names, Turn<R> turn, Codec<R> codec) {
    if (n < 0) {
      throw new IllegalArgumentException(n + " items");
    }
    if (comm().bcast(n, 0) != n) {
      throw new IllegalArgumentException("map: rank 0 has another number of items than " + n);
    }
    MapResult<byte[]> map;
    looping = true;
    try {
      // As bytes already, so that a value that can't travel is a failure of its item.
      map =
          job.map(
              new Items(n, names, _ -> ""),
              () -> item -> codec.encode(turn.apply(item)),
              Codecs.BYTES);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) { // the tasks above throw none when they are made
      throw new IllegalStateException(e);
    } finally {
      looping = false;
    }
    looped.accept(map);
    List<FailedItem> failures =
        map.failures().stream()
            .map(each ->
                new FailedItem(each.item(), each.input(), each.rank(), each.host(), each.cause()))
            .toList();
    return new ItemResults<>(
        spread(n, map.values(), codec), comm().bcastObject(failures, FAILED_ITEMS, 0));
  }

  /// Gives rank 0's results to all ranks. Collective.
  private <R> List<R> spread(int n, List<byte[]> encoded, Codec<R> codec) {
    List<R> values = new ArrayList<>(n);
    while (values.size() < n) {
      Encoder page = new Encoder();
      for (int i = values.size(); i < encoded.size() && page.size() < PAGE_BYTES; i++) {
        byte[] value = encoded.get(i);
        page.putBoolean(value != null);
        if (value != null) {
          page.putBytes(value);
        }
      }
      Decoder in = new Decoder(comm().bcastObject(page.toByteArray(), Codecs.BYTES, 0));
      while (in.hasRemaining()) {
        values.add(in.getBoolean() ? codec.decode(in.getBytes()) : null);
      }
    }
    return Collections.unmodifiableList(values);
  }

  @Override
  public <T> List<T> scatter(List<T> all, Codec<T> codec, int root) {
    List<List<T>> blocks = null;
    if (rank() == root) {
      blocks = new ArrayList<>();
      for (int r = 0; r < size(); r++) {
        blocks.add(
            all.subList(
                (int) Blocks.start(all.size(), size(), r),
                (int) Blocks.start(all.size(), size(), r + 1)));
      }
    }
    return comm().scatterObjects(blocks, Codecs.list(codec), root);
  }

  @Override
  public <T> List<T> gather(List<T> mine, Codec<T> codec, int root) {
    return concatenate(comm().gatherObjects(mine, Codecs.list(codec), root));
  }

  private static <T> List<T> concatenate(List<List<T>> lists) {
    List<T> all = new ArrayList<>();
    lists.forEach(all::addAll);
    return all;
  }

  @Override
  public double sum(double... mine) {
    ExactSum sum = new ExactSum();
    for (double value : mine) {
      sum.add(value);
    }
    long[] all = sum.toLongs();
    comm().allreduce(Buffer.of(all), Buffer.of(all), Op.SUM);
    return new ExactSum(all).value();
  }

  @Override
  public long sum(long... mine) {
    long sum = 0;
    for (long value : mine) {
      sum += value;
    }
    return comm().allreduce(sum, Op.SUM);
  }

  @Override
  public <T> Optional<T> reduce(List<T> mine, BinaryOperator<T> op, Codec<T> codec) {
    FixedTree<T> tree = new FixedTree<>(op);
    concatenate(comm().allgatherObjects(mine, Codecs.list(codec))).forEach(tree::add);
    return Optional.ofNullable(tree.result(null));
  }
}
