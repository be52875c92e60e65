package dev.sheaf.transport.mpj;

import static java.lang.invoke.MethodType.methodType;

import dev.sheaf.InputException;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// MPJ Express, found and loaded at run time: the few methods of its device layer that are called.
///
/// The jar is that of `SHEAF_MPJ_JAR`, else `lib/mpj.jar` of `MPJ_HOME`, else Debian's;
/// `smpdev.jar` is looked for beside it, Log4j 1.2 there and where Debian has it. Each [#load] has
/// classes of its own, as `smpdev` keeps the state of a job in static fields.
final class Library {
  /// Environment variable that names the jar.
  static final String JAR = "SHEAF_MPJ_JAR";

  private static final String DEBIAN = "/usr/share/mpj/lib/mpj.jar";
  private static final String LOG4J = "log4j-1.2.jar";

  private final ClassLoader loader;

  /// Name and version, from the name of the jar's file.
  final String version;

  /// `Device.init(String[])`, to the array of processes.
  final MethodHandle init;

  /// `Device.isend(Buffer, ProcessID, int tag, int context)`.
  final MethodHandle isend;

  /// `Device.send(Buffer, ProcessID, int tag, int context)`.
  final MethodHandle send;

  /// `Device.recv(Buffer, ProcessID, int tag, int context)`.
  final MethodHandle recv;

  /// `Device.finish()`.
  final MethodHandle finish;

  /// `Device.getSendOverhead()`: bytes before a message, for the device.
  final MethodHandle sendOverhead;

  /// `Device.ANY_SRC`.
  final Object anySource;

  /// `NIODevice.finished`: whether it has closed its connections.
  final MethodHandle closed;

  /// A `Buffer` of this capacity, whose message begins at the given offset of the bytes.
  private final MethodHandle newBuffer;

  private final MethodHandle clear;
  private final MethodHandle beginBytes;
  private final MethodHandle setSize;

  private Library(ClassLoader loader, String version) throws ReflectiveOperationException {
    this.loader = loader;
    this.version = version;
    Library.class.getModule().addReads(loader.getUnnamedModule());
    silenceLog();
    Class<?> device = type("xdev.Device");
    // From inside: from outside, the first load would fix what its types' names mean.
    MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(device, MethodHandles.lookup());
    Class<?> process = type("xdev.ProcessID");
    Class<?> buffer = type("mpjbuf.Buffer");
    Class<?> raw = type("mpjbuf.RawBuffer");
    Class<?> byteType = type("mpjbuf.Type");
    init =
        lookup
            .findVirtual(device, "init", methodType(process.arrayType(), String[].class))
            .asType(methodType(Object[].class, Object.class, String[].class));
    var twoWay =
        methodType(void.class, Object.class, Object.class, Object.class, int.class, int.class);
    isend =
        lookup
            .findVirtual(
                device,
                "isend",
                methodType(type("mpjdev.Request"), buffer, process, int.class, int.class))
            .asType(twoWay);
    send =
        lookup
            .findVirtual(
                device, "send", methodType(void.class, buffer, process, int.class, int.class))
            .asType(twoWay);
    recv =
        lookup
            .findVirtual(
                device,
                "recv",
                methodType(type("mpjdev.Status"), buffer, process, int.class, int.class))
            .asType(twoWay);
    finish =
        lookup
            .findVirtual(device, "finish", methodType(void.class))
            .asType(methodType(void.class, Object.class));
    sendOverhead =
        lookup
            .findVirtual(device, "getSendOverhead", methodType(int.class))
            .asType(methodType(int.class, Object.class));
    anySource = device.getField("ANY_SRC").get(null);
    Class<?> niodev = type("xdev.niodev.NIODevice");
    closed =
        MethodHandles.privateLookupIn(niodev, MethodHandles.lookup())
            .findGetter(niodev, "finished", boolean.class)
            .asType(methodType(boolean.class, Object.class));
    MethodHandle newRaw =
        lookup
            .findConstructor(
                type("mpjbuf.NIOBuffer"), methodType(void.class, int.class, ByteBuffer.class))
            .asType(methodType(raw, int.class, ByteBuffer.class));
    newBuffer =
        MethodHandles.collectArguments(
                lookup.findConstructor(buffer, methodType(void.class, raw, int.class, int.class)),
                0,
                newRaw)
            .asType(methodType(Object.class, int.class, ByteBuffer.class, int.class, int.class));
    clear =
        lookup
            .findVirtual(buffer, "clear", methodType(void.class))
            .asType(methodType(void.class, Object.class));
    beginBytes =
        MethodHandles.insertArguments(
                lookup.findVirtual(buffer, "putSectionHeader", methodType(void.class, byteType)),
                1,
                byteType.getField("BYTE").get(null))
            .asType(methodType(void.class, Object.class));
    setSize =
        lookup
            .findVirtual(buffer, "setSize", methodType(void.class, int.class))
            .asType(methodType(void.class, Object.class, int.class));
  }

  /// Finds MPJ Express and loads it.
  ///
  /// @throws InputException if it is not there, or is another version
  static Library load(Map<String, String> environment) {
    Path jar =
        find(environment)
            .orElseThrow(() ->
                new InputException(
                    "MPJ Express not found; install it (Debian: libmpj-java) or name its mpj.jar in "
                        + JAR));
    if (!Files.isReadable(jar)) {
      throw new InputException(JAR + "=" + jar + ": no such file");
    }
    try {
      Path real = jar.toRealPath();
      String file = real.getFileName().toString();
      String number = file.replaceAll("^mpj-?|\\.jar$", "");
      return new Library(
          new URLClassLoader(classPath(jar, real), ClassLoader.getPlatformClassLoader()),
          ("MPJ Express " + number).strip());
    } catch (IOException | ReflectiveOperationException | LinkageError e) {
      throw new InputException(jar + ": cannot be used as MPJ Express 0.44: " + e);
    }
  }

  /// The jar that is named, whether it is there or not, else the first that is found.
  static Optional<Path> find(Map<String, String> environment) {
    String named = environment.get(JAR);
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    List<Path> places = new ArrayList<>();
    String home = environment.get("MPJ_HOME");
    if (home != null) {
      places.add(Path.of(home, "lib", "mpj.jar"));
    }
    places.add(Path.of(DEBIAN));
    return places.stream().filter(Files::isReadable).findFirst();
  }

  private static URL[] classPath(Path jar, Path real) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    urls.add(jar.toUri().toURL());
    for (Path beside :
        List.of(
            real.resolveSibling("smpdev.jar"),
            jar.resolveSibling(LOG4J),
            real.resolveSibling(LOG4J),
            Path.of("/usr/share/java", LOG4J))) {
      if (Files.isReadable(beside)) {
        urls.add(beside.toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }

  /// Or each call makes texts for a log that nobody reads.
  private void silenceLog() throws ReflectiveOperationException {
    Object root = type("org.apache.log4j.Logger").getMethod("getRootLogger").invoke(null);
    Class<?> level = type("org.apache.log4j.Level");
    root.getClass().getMethod("setLevel", level).invoke(root, level.getField("OFF").get(null));
  }

  private Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(name, true, loader);
  }

  /// A new device: [Device#THREADS] or [Device#PROCESSES].
  Object newDevice(String name) {
    try {
      return type(name).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new InputException("MPJ Express has no " + name + ": " + e);
    }
  }

  /// The group that the threads of a rank must be in on `smpdev`: it knows them by that.
  ThreadGroup newGroup(String name) {
    try {
      return (ThreadGroup)
          type("xdev.smpdev.SMPDevProcess").getConstructor(String.class).newInstance(name);
    } catch (ReflectiveOperationException e) {
      throw new InputException("MPJ Express has no smpdev: " + e);
    }
  }

  /// A buffer of MPJ's on these bytes.
  Object newBuffer(ByteBuffer bytes, int offset) {
    try {
      return newBuffer.invokeExact(bytes.capacity(), bytes, offset, bytes.capacity());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Makes a buffer ready to receive.
  void clear(Object buffer) {
    try {
      clear.invokeExact(buffer);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Makes a buffer ready to be sent, as one section of bytes.
  void fill(Object buffer, int size) {
    try {
      clear.invokeExact(buffer);
      beginBytes.invokeExact(buffer);
      setSize.invokeExact(buffer, size);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static AssertionError unexpected(Throwable e) {
    return new AssertionError(e);
  }
}
