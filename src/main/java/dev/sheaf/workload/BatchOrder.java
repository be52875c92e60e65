package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.comm.Blocks;
import dev.sheaf.random.KeyedRandom;

/// In which order a training loop reads its images: every image exactly once an epoch, shuffled
/// anew for each, in batches of which the last of an epoch is short if it doesn't come out even.
///
/// **Batches are global.** The order is a function of (seed, epoch) alone, and so is every batch;
/// the ranks divide each batch among themselves, in even blocks ([Blocks]). So a step of training
/// sees the same images however many ranks there are, as with the global batch of `tf.distribute`.
/// PyTorch's `DistributedSampler` gives each rank every p-th image instead, and batches of its own:
/// there the effective batch grows with the ranks, and images are repeated until all ranks have
/// equally many. Here none is, and the shares of a batch differ by up to one image: weigh what is
/// averaged over ranks by the images of each.
///
/// @param images how many there are
/// @param batch images of a batch, over all ranks
/// @param epochs how often all are read
/// @param seed the key of the shuffling
public record BatchOrder(int images, int batch, int epochs, long seed) {
  /// Checks the numbers.
  public BatchOrder {
    if (batch < 1) {
      throw new InputException("--batch " + batch + ": must be at least 1");
    }
    if (epochs < 1) {
      throw new InputException("--epochs " + epochs + ": must be at least 1");
    }
  }

  /// Batches of an epoch.
  public int batches() {
    return Math.ceilDiv(images, batch);
  }

  /// The images in the order of an epoch; batch `b` is those from `b * batch` on.
  public int[] order(int epoch) {
    return KeyedRandom.of(seed, epoch).permutation(images);
  }

  /// Where the part of a batch begins that a rank reads, in the order of the epoch; that of the
  /// next rank begins where it ends.
  int start(int index, int rank, int ranks) {
    int from = index * batch;
    return from + (int) Blocks.start(Math.min(batch, images - from), ranks, rank);
  }
}
