package dev.sheaf.comm;

import java.util.ArrayList;
import java.util.List;

/// A group of ranks that exchange messages, in MPI's vocabulary over typed memory.
///
/// **Lifecycle.** A [Transport] makes the communicator of all ranks and hands it to the
/// [RankProgram]; [#split] makes smaller ones, to be closed by their users. Every rank calls the
/// collective operations in the same order, with the same root and matching counts and types.
///
/// **Threads.** One thread of a rank at a time calls a communicator. [Counter]s and the memory of
/// [SharedMemory] may be used by any thread.
///
/// **Blocking.** Every operation blocks until its buffers may be used again. `send` is MPI's
/// standard mode: it may wait for the matching `recv`, so two ranks that both send first can
/// deadlock. A message between the same two ranks is never overtaken by a later one that matches
/// the same receive.
///
/// **Errors.** A call that fails throws [CommException] with the call, rank, host and the
/// transport's own text; arguments that can't be right throw [IllegalArgumentException] before
/// anything is sent.
public interface Communicator extends AutoCloseable {
  /// Matches any sender in `recv` and `probe` (`MPI_ANY_SOURCE`).
  int ANY_SOURCE = -1;

  /// Matches any tag in `recv` and `probe` (`MPI_ANY_TAG`).
  int ANY_TAG = -1;

  /// The largest tag that every transport carries; MPI guarantees this much (`MPI_TAG_UB`).
  int MAX_TAG = 32767;

  /// The colour of a rank that will be in no part of a [#split] (`MPI_UNDEFINED`).
  int UNDEFINED = Integer.MIN_VALUE;

  /// This rank's number, 0 to `size() - 1`. Local.
  int rank();

  /// The number of ranks. Local.
  int size();

  /// The name of the host that this rank runs on. Local.
  String host();

  /// This rank's number among the ranks of this communicator on the same host. Local.
  int nodeRank();

  /// The number of ranks of this communicator on the same host. Local.
  int nodeSize();

  /// The transport's name and its library's version, on one line: `local`, or `mpi (Open MPI
  /// v4.1.4)`. Local.
  String library();

  /// Returns when every rank has called it (`MPI_Barrier`). Collective.
  void barrier();

  /// Sends all elements of `data` to `dest` (`MPI_Send`). Blocking, standard mode.
  ///
  /// @param tag 0 to [#MAX_TAG]
  void send(Buffer data, int dest, int tag);

  /// Receives one message into the first elements of `data` (`MPI_Recv`). Blocking.
  ///
  /// @param source a rank or [#ANY_SOURCE]
  /// @param tag a tag or [#ANY_TAG]
  /// @return who sent it, with which tag, and its length
  /// @throws CommException if the message is longer than `data`
  Status recv(Buffer data, int source, int tag);

  /// Waits for a message and tells about it without receiving it (`MPI_Probe`). Blocking.
  Status probe(int source, int tag);

  /// Copies `data` of `root` into `data` of every rank (`MPI_Bcast`). Collective. Each rank
  /// receives the buffer once.
  void bcast(Buffer data, int root);

  /// Sends part `r` of `root`'s `send` to rank `r`'s `recv` (`MPI_Scatterv`). Collective.
  ///
  /// @param send the parts of all ranks at `root`; ignored elsewhere, may be `null`
  /// @param recv this rank's part; its count equals `send.counts()[rank]`
  void scatterv(VBuffer send, Buffer recv, int root);

  /// Collects rank `r`'s `send` into part `r` of `root`'s `recv` (`MPI_Gatherv`). Collective.
  ///
  /// @param send this rank's part; its count equals `recv.counts()[rank]`
  /// @param recv the parts of all ranks at `root`; ignored elsewhere, may be `null`
  void gatherv(Buffer send, VBuffer recv, int root);

  /// Collects rank `r`'s `send` into part `r` of every rank's `recv` (`MPI_Allgatherv`).
  /// Collective.
  void allgatherv(Buffer send, VBuffer recv);

  /// Combines the ranks' `send` elementwise into `root`'s `recv` (`MPI_Reduce`). Collective.
  ///
  /// @param recv as long as `send` at `root`, may be the same buffer as `send`; ignored elsewhere,
  ///   may be `null`
  void reduce(Buffer send, Buffer recv, Op op, int root);

  /// Combines the ranks' `send` elementwise into every rank's `recv` (`MPI_Allreduce`). Collective.
  ///
  /// @param recv as long as `send`; may be the same buffer as `send` (`MPI_IN_PLACE`)
  void allreduce(Buffer send, Buffer recv, Op op);

  /// Makes a counter that all ranks share, 0 at first. Collective, also its close.
  Counter counter();

  /// Allocates `bytes` of zeroed memory once on each node, shared by its ranks. Collective, also
  /// its close; every rank of a node gives the same size.
  SharedMemory sharedMemory(long bytes);

  /// Makes a postbox for messages of at most so many words. Collective.
  ///
  /// @return the postbox; on every rank `null` where the transport or its library has none
  default Postbox postbox(int words) {
    return null;
  }

  /// Where this rank's threads note what they work on. Local.
  default Progress progress() {
    return Progress.UNSEEN;
  }

  /// Makes a communicator of the ranks that give the same colour, ordered by (`key`, rank)
  /// (`MPI_Comm_split`). Collective.
  ///
  /// @param colour 0 or more, or [#UNDEFINED]
  /// @return the part that this rank is in; `null` for [#UNDEFINED]
  Communicator split(int colour, int key);

  /// Ends every rank of the job at once (`MPI_Abort`): prints the reason to standard error and
  /// gives the launcher the exit status. Not collective.
  ///
  /// @return never; declared so that callers can write `throw comm.abort(...)`
  RuntimeException abort(String reason, int status);

  /// Frees a communicator made by [#split]. Collective. The communicator of all ranks is closed by
  /// its transport.
  @Override
  void close();

  // ---- single values ----

  /// `value` of `root`. Collective, 8 bytes a rank.
  default long bcast(long value, int root) {
    long[] box = {value};
    bcast(Buffer.of(box), root);
    return box[0];
  }

  /// The reduction of all ranks' `value`, on every rank. Collective, 8 bytes a rank.
  default long allreduce(long value, Op op) {
    long[] box = {value};
    Buffer buffer = Buffer.of(box);
    allreduce(buffer, buffer, op);
    return box[0];
  }

  /// All ranks' `value` in rank order, on every rank. Collective, 8 bytes a rank.
  default long[] allgather(long value) {
    long[] all = new long[size()];
    allgatherv(Buffer.of(new long[] {value}), VBuffer.even(Buffer.of(all), size()));
    return all;
  }

  // ---- objects: records of primitives, strings and arrays, by an explicit codec ----

  /// Sends one value, encoded. Blocking, standard mode.
  default <T> void sendObject(T value, Codec<T> codec, int dest, int tag) {
    send(Buffer.of(codec.encode(value)), dest, tag);
  }

  /// Receives one value that [#sendObject] sent. Blocking.
  default <T> T recvObject(Codec<T> codec, int source, int tag) {
    Status status = probe(source, tag);
    byte[] bytes = new byte[Math.toIntExact(status.bytes())];
    recv(Buffer.of(bytes), status.source(), status.tag());
    return codec.decode(bytes);
  }

  /// `value` of `root` on every rank. Collective.
  default <T> T bcastObject(T value, Codec<T> codec, int root) {
    byte[] bytes = rank() == root ? codec.encode(value) : null;
    int length = (int) bcast(bytes == null ? 0 : bytes.length, root);
    byte[] data = bytes == null ? new byte[length] : bytes;
    bcast(Buffer.of(data), root);
    return rank() == root ? value : codec.decode(data);
  }

  /// The `values` of `root`, one to each rank. Collective.
  ///
  /// @param values at `root` as many as ranks; ignored elsewhere, may be `null`
  default <T> T scatterObjects(List<T> values, Codec<T> codec, int root) {
    long[] lengths = new long[size()];
    VBuffer parts = null;
    if (rank() == root) {
      List<byte[]> encoded = new ArrayList<>();
      for (T value : values) {
        encoded.add(codec.encode(value));
      }
      parts = ObjectParts.concatenate(encoded, lengths);
    }
    bcast(Buffer.of(lengths), root);
    byte[] mine = new byte[Math.toIntExact(lengths[rank()])];
    scatterv(parts, Buffer.of(mine), root);
    return codec.decode(mine);
  }

  /// All ranks' values in rank order at `root`; an empty list elsewhere. Collective.
  default <T> List<T> gatherObjects(T value, Codec<T> codec, int root) {
    byte[] mine = codec.encode(value);
    long[] lengths = allgather(mine.length);
    VBuffer all = rank() == root ? ObjectParts.allocate(lengths) : null;
    gatherv(Buffer.of(mine), all, root);
    return all == null ? List.of() : ObjectParts.decode(all, codec);
  }

  /// All ranks' values in rank order, on every rank. Collective.
  default <T> List<T> allgatherObjects(T value, Codec<T> codec) {
    byte[] mine = codec.encode(value);
    VBuffer all = ObjectParts.allocate(allgather(mine.length));
    allgatherv(Buffer.of(mine), all);
    return ObjectParts.decode(all, codec);
  }
}
