package dev.sheaf.transport.openmpi;

import dev.sheaf.InputException;
import dev.sheaf.foreign.NativeLibrary;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds and loads Open MPI's `mpi.jar` and the JNI library that belongs to it. Beside the
/// bindings' classes it defines those that call them, which are in Sheaf's own jar.
final class MpiJar extends URLClassLoader {
  /// System property that names the jar: what `--mpi-jar` sets.
  private static final String PROPERTY = "sheaf.mpi.jar";

  /// Environment variable that names the jar.
  static final String OVERRIDE = "SHEAF_MPI_JAR";

  /// Where distributions and builds put it.
  private static final List<Path> USUAL =
      List.of(
          Path.of("/usr/lib64/openmpi/lib/mpi.jar"),
          Path.of("/usr/lib/openmpi/lib/mpi.jar"),
          Path.of("/usr/local/lib/mpi.jar"),
          Path.of("/opt/openmpi/lib/mpi.jar"));

  private static final String JNI_LIBRARY = "libmpi_java.so";

  /// The package of the classes that call the bindings'.
  private static final String CALLERS = MpiJar.class.getPackageName() + ".bindings.";

  /// What they use that the module `dev.sheaf` doesn't export to all.
  private static final List<String> USED =
      List.of("dev.sheaf.transport.common", MpiJar.class.getPackageName());

  private final String library;

  private MpiJar(URL jar, String library) {
    this.library = library;
    super(new URL[] {jar, here()}, MpiJar.class.getClassLoader());
    for (String used : USED) {
      MpiJar.class.getModule().addExports(used, getUnnamedModule());
    }
  }

  /// The JNI library's file.
  String library() {
    return library;
  }

  /// What `System.loadLibrary` in the bindings gets, whatever `java.library.path` is.
  @Override
  protected String findLibrary(String name) {
    return name.equals("mpi_java") ? library : null;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(CALLERS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) { // the parent has it too, but not what it calls
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  /// What calls the bindings.
  OpenMpi bindings() {
    try {
      return (OpenMpi) loadClass(CALLERS + "Bindings").getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Loads the jar.
  ///
  /// @throws InputException if it is not there, or not Open MPI's
  static MpiJar open(Map<String, String> environment) {
    Path jar =
        find(environment)
            .orElseThrow(() ->
                new InputException(
                    "no mpi.jar of Open MPI's Java bindings found; name it by --mpi-jar FILE or "
                        + OVERRIDE
                        + ", or set MPI_HOME (Debian has none: build it with make mpi-jar)"));
    if (!Files.isRegularFile(jar)) {
      throw new InputException(
          "mpi.jar " + jar + ": no such file; name that of Open MPI's Java bindings");
    }
    String library = openLibrary(jar, environment);
    try {
      MpiJar loader = new MpiJar(jar.toUri().toURL(), library);
      Class.forName("mpi.Int2", false, loader); // MPJ Express's jar of the same name has none
      return loader;
    } catch (MalformedURLException | ClassNotFoundException e) {
      throw new InputException(
          jar + ": not the Java bindings of Open MPI; name their mpi.jar by --mpi-jar FILE");
    }
  }

  /// The jar that is named, whether it is there or not, else the first that is found.
  static Optional<Path> find(Map<String, String> environment) {
    String named = System.getProperty(PROPERTY, environment.get(OVERRIDE));
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    List<Path> near = new ArrayList<>(besideThisJar());
    if (environment.get("MPI_HOME") != null) {
      near.addFirst(Path.of(environment.get("MPI_HOME"), "lib", "mpi.jar"));
    }
    Path jar = first(near);
    if (jar == null) { // what starts a process comes last
      List<Path> far = fromOmpiInfo();
      far.addAll(USUAL);
      jar = first(far);
    }
    return Optional.ofNullable(jar);
  }

  // Loops, not streams: a lambda takes a millisecond of a start.
  private static Path first(List<Path> jars) {
    for (Path jar : jars) {
      if (Files.isRegularFile(jar)) {
        return jar;
      }
    }
    return null;
  }

  private static URL here() {
    return MpiJar.class.getProtectionDomain().getCodeSource().getLocation();
  }

  /// Where `make mpi-jar` puts it.
  private static List<Path> besideThisJar() {
    try {
      return List.of(Path.of(here().toURI()).resolveSibling("mpi.jar"));
    } catch (URISyntaxException e) {
      return List.of();
    }
  }

  private static List<Path> fromOmpiInfo() {
    List<Path> jars = new ArrayList<>();
    try {
      Process process =
          new ProcessBuilder("ompi_info", "--path", "libdir", "--parsable")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("path:libdir:"))
          .forEach(line -> jars.add(Path.of(line.substring(12), "mpi.jar")));
    } catch (IOException e) {
      // not on the path
    }
    return jars;
  }

  /// Opens the JNI library, for all: Open MPI's plug-ins take its symbols from the global scope.
  ///
  /// @return where it is
  private static String openLibrary(Path jar, Map<String, String> environment) {
    List<String> names = new ArrayList<>();
    names.add(jar.toAbsolutePath().resolveSibling(JNI_LIBRARY).toString());
    if (environment.get("MPI_HOME") != null) {
      names.add(Path.of(environment.get("MPI_HOME"), "lib", JNI_LIBRARY).toString());
    }
    names.add(JNI_LIBRARY + ".40"); // without the development package
    names.add(JNI_LIBRARY);
    for (String name : names) {
      NativeLibrary library = NativeLibrary.openGlobal(name);
      if (library != null) {
        return library.file("JNI_OnLoad");
      }
    }
    throw new InputException(
        "the JNI library of Open MPI's Java bindings: "
            + NativeLibrary.error()
            + " (Debian: apt-get install openmpi-bin)");
  }
}
