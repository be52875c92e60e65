package dev.sheaf.compress;

import static java.lang.foreign.MemorySegment.ofAddress;

import dev.sheaf.foreign.NativeFunction;
import dev.sheaf.foreign.NativeLibrary;
import java.lang.foreign.MemorySegment;

/// The library in C that unpacks a compression, where the system has it: twice as fast as the one
/// in Java when that is compiled, and ten times before. Linux systems have those of LZ4 and Zstd
/// for their own packages.
enum SystemLibrary {
  LZ4("liblz4.so.1", "LZ4_decompress_safe") {
    @Override
    int call(MemorySegment in, MemorySegment out) {
      // An int, below zero where it fails.
      return (int)
          function().callOnHeap(in, out, ofAddress(in.byteSize()), ofAddress(out.byteSize()));
    }
  },
  SNAPPY("libsnappy.so.1", "snappy_uncompress") {
    @Override
    int call(MemorySegment in, MemorySegment out) {
      long[] size = {out.byteSize()};
      long status =
          function().callOnHeap(in, ofAddress(in.byteSize()), out, MemorySegment.ofArray(size));
      return (int) status == 0 ? (int) size[0] : FAILED;
    }
  },
  ZSTD("libzstd.so.1", "ZSTD_decompress") {
    @Override
    int call(MemorySegment in, MemorySegment out) {
      // Errors are the last values of a size_t.
      long size =
          function().callOnHeap(out, ofAddress(out.byteSize()), in, ofAddress(in.byteSize()));
      return size >= 0 ? (int) size : FAILED;
    }
  };

  private static final int FAILED = -1;

  private final NativeFunction function;

  SystemLibrary(String name, String symbol) {
    NativeLibrary library = NativeLibrary.open(name);
    function = library != null && library.has(symbol) ? new NativeFunction(symbol, library) : null;
  }

  /// That of a compression; `null` if there is none.
  static SystemLibrary of(Compression compression) {
    SystemLibrary library =
        switch (compression) {
          case LZ4 -> LZ4;
          case SNAPPY -> SNAPPY;
          case ZSTD -> ZSTD;
          case NONE, ZLIB, GZIP -> null;
        };
    return library == null || library.function == null ? null : library;
  }

  NativeFunction function() {
    return function;
  }

  /// Unpacks some bytes.
  ///
  /// @return how many came out; less than zero if they are damaged or too many
  int unpack(byte[] in, int from, int length, byte[] out, int to, int room) {
    return call(
        MemorySegment.ofArray(in).asSlice(from, length),
        MemorySegment.ofArray(out).asSlice(to, room));
  }

  abstract int call(MemorySegment in, MemorySegment out);
}
