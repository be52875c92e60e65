package dev.sheaf.foreign;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A shared library opened with `dlopen`.
public final class NativeLibrary {
  private static final int RTLD_NOW = 0x2;
  private static final int RTLD_GLOBAL = 0x100;
  private static final NativeFunction DLOPEN = NativeFunction.ofC("dlopen");
  private static final NativeFunction DLSYM = NativeFunction.ofC("dlsym");
  private static final NativeFunction DLERROR = NativeFunction.ofC("dlerror");
  private static final NativeFunction SETENV = NativeFunction.ofC("setenv");

  private final String name;
  private final long handle;

  private NativeLibrary(String name, long handle) {
    this.name = name;
    this.handle = handle;
  }

  /// Opens a library.
  ///
  /// @return the library, or `null` if there is none of that name
  public static NativeLibrary open(String name) {
    return open(name, RTLD_NOW);
  }

  /// Opens a library whose symbols all libraries loaded later see (`RTLD_GLOBAL`).
  ///
  /// @return the library, or `null` if there is none of that name
  public static NativeLibrary openGlobal(String name) {
    return open(name, RTLD_NOW | RTLD_GLOBAL);
  }

  private static NativeLibrary open(String name, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      long handle = DLOPEN.call(arena.allocateFrom(name).address(), flags);
      return handle == 0 ? null : new NativeLibrary(name, handle);
    }
  }

  /// Why the last [#open] gave `null`.
  public static String error() {
    return text(DLERROR.call());
  }

  private static String text(long address) {
    return MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0);
  }

  /// Sets a variable in the native environment, where libraries opened later read it, unless the
  /// user has set it.
  public static void setDefault(String variable, String value) {
    try (Arena arena = Arena.ofConfined()) {
      SETENV.call(arena.allocateFrom(variable).address(), arena.allocateFrom(value).address(), 0);
    }
  }

  /// The name it was opened by.
  public String name() {
    return name;
  }

  /// Whether it has a symbol of that name.
  public boolean has(String symbol) {
    return address(symbol) != 0;
  }

  /// The address of a symbol.
  ///
  /// @throws UnsatisfiedLinkError if the library has none of that name
  public MemorySegment find(String symbol) {
    long address = address(symbol);
    if (address == 0) {
      throw new UnsatisfiedLinkError(symbol + " is not in " + name);
    }
    return MemorySegment.ofAddress(address);
  }

  /// The path of the file that defines this symbol: the library's own, or of one that it needs.
  ///
  /// @throws UnsatisfiedLinkError if there is none of that name
  public String file(String symbol) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(32, 8); // Dl_info: the path comes first
      NativeFunction.ofC("dladdr").call(find(symbol).address(), info.address());
      return text(info.get(ValueLayout.JAVA_LONG, 0));
    }
  }

  private long address(String symbol) {
    try (Arena arena = Arena.ofConfined()) {
      return DLSYM.call(handle, arena.allocateFrom(symbol).address());
    }
  }
}
