package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.linalg.Precision;
import dev.sheaf.workload.MatMul;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sheaf matmul`.
@Command(
    name = "matmul",
    description = {
      "The product of two matrices: out/product.npy, float32 if both are of at most that",
      "precision, else float64. Tiles of the product are shared out; each rank reads its rows of",
      "A, B is broadcast in panels and held once a node."
    })
final class MatMulCommand extends WorkloadCommand {
  private static final Pattern LENGTHS = Pattern.compile("(\\d{1,9})x(\\d{1,9})x(\\d{1,9})");

  @Parameters(
      index = "0",
      paramLabel = "A.npy",
      arity = "0..1",
      description = "A matrix of floats or integers, row by row; all ranks must see the file.")
  private Path a;

  @Parameters(
      index = "1",
      paramLabel = "B.npy",
      arity = "0..1",
      description = "Another one, with as many rows as A has columns.")
  private Path b;

  @Option(
      names = "--random",
      paramLabel = "MxKxN",
      description = {
        "Instead of files: standard normal numbers by --seed, A of M rows and K columns, B of K",
        "rows and N columns."
      },
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String random;

  /// Of the numbers.
  private enum DType {
    F32,
    F64
  }

  @Option(
      names = "--dtype",
      paramLabel = "f32|f64",
      description = "The type of the product, to which A and B are converted.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private DType dtype;

  @Option(
      names = "--memory",
      order = 100,
      paramLabel = "SIZE",
      description = {
        "What a rank may hold of the matrices, such as 500M or 4G: B is broadcast in panels of",
        "that size, less the threads' parts of A and C. Half of the node's for all its ranks,",
        "if not given."
      },
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String memory;

  @Option(
      names = "--library",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = {
        "What computes: openblas; java, slower, with the same bits on every machine; auto:",
        "OpenBLAS where all ranks find the same."
      })
  private MatMul.Library library;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = {
        "cpu; gpu: cuBLAS, each rank of a node on the next of its GPUs; auto: GPUs if every rank",
        "has one. GPUs round differently."
      })
  private MatMul.Device device;

  @Override
  Workload workload(long seed) {
    Precision precision =
        dtype == null ? null : dtype == DType.F32 ? Precision.SINGLE : Precision.DOUBLE;
    if (device == MatMul.Device.GPU && library != MatMul.Library.AUTO) {
      throw new InputException("--library: for --device cpu; a GPU has cuBLAS");
    }
    return new MatMul(
        source(), precision, library, device, memory == null ? 0 : Sizes.bytes("--memory", memory));
  }

  private MatMul.Source source() {
    if (random == null) {
      if (a == null || b == null) {
        throw new InputException("which matrices? Give A.npy B.npy or --random MxKxN");
      }
      return new MatMul.Source.Files(a, b);
    }
    if (a != null) {
      throw new InputException(a + " and --random: give one of them");
    }
    Matcher lengths = LENGTHS.matcher(random);
    if (!lengths.matches()) {
      throw new InputException(
          "--random " + random + ": not MxKxN, rows of A, its columns, columns of B: 500x400x300");
    }
    return new MatMul.Source.Random(
        Integer.parseInt(lengths.group(1)),
        Integer.parseInt(lengths.group(2)),
        Integer.parseInt(lengths.group(3)));
  }
}
