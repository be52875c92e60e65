package dev.sheaf.source;

import dev.sheaf.InputException;
import dev.sheaf.Task;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// A Java source file with a [Task] in it, compiled in memory: once for all ranks of a process.
public final class TaskSource {
  /// Mistakes told in full; the rest are counted.
  private static final int TOLD = 3;

  /// By file and text: embedded ranks share what the first of them has compiled.
  private static final Map<List<String>, TaskSource> COMPILED = new ConcurrentHashMap<>();

  private final Path file;
  private final String text;
  private final Constructor<? extends Task> constructor;

  private TaskSource(Path file, String text) {
    this.file = file;
    this.text = text;
    this.constructor = constructor(file, classes(file, text));
  }

  /// Compiles the file. Takes the better part of a second the first time.
  ///
  /// @throws InputException if it can't be read or compiled (with line and column), or has not just
  ///   one class that is a [Task]
  public static TaskSource compile(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new InputException(file + ": no such file", e);
    } catch (IOException e) {
      throw new InputException(file + ": can't be read as UTF-8 text: " + e, e);
    }
    return COMPILED.computeIfAbsent(
        List.of(file.toString(), text), _ -> new TaskSource(file, text));
  }

  /// A checksum of the file.
  public String digest() {
    CRC32C checksum = new CRC32C();
    checksum.update(text.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(checksum.getValue());
  }

  private static Classes classes(Path file, String text) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new InputException(file + ": this Java has no compiler; install a JDK, not a JRE");
    }
    DiagnosticCollector<JavaFileObject> mistakes = new DiagnosticCollector<>();
    Classes classes =
        new Classes(compiler.getStandardFileManager(mistakes, Locale.ROOT, StandardCharsets.UTF_8));
    JavaFileObject source =
        new SimpleJavaFileObject(file.toUri(), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    List<String> options =
        List.of("-proc:none", "-nowarn", "-g", "-classpath", System.getProperty("java.class.path"));
    boolean compiled =
        compiler.getTask(null, classes, mistakes, options, null, List.of(source)).call();
    if (!compiled) {
      throw new InputException(describe(file, mistakes.getDiagnostics()));
    }
    return classes;
  }

  private static String describe(
      Path file, List<Diagnostic<? extends JavaFileObject>> diagnostics) {
    List<Diagnostic<? extends JavaFileObject>> errors =
        diagnostics.stream().filter(each -> each.getKind() == Diagnostic.Kind.ERROR).toList();
    String told =
        errors.stream()
            .limit(TOLD)
            .map(error ->
                "%s:%d:%d: %s"
                    .formatted(
                        file,
                        error.getLineNumber(),
                        error.getColumnNumber(),
                        error.getMessage(Locale.ROOT).replaceAll("\\s*\\R\\s*", ", ")))
            .collect(Collectors.joining("; "));
    int more = errors.size() - TOLD;
    return more > 0 ? told + "; and " + more + " more" : told;
  }

  private static Constructor<? extends Task> constructor(Path file, Classes classes) {
    List<Class<? extends Task>> tasks =
        classes.load().stream()
            .filter(each -> Task.class.isAssignableFrom(each))
            .filter(each -> !each.isInterface() && !Modifier.isAbstract(each.getModifiers()))
            .filter(each -> !each.isAnonymousClass())
            .<Class<? extends Task>>map(each -> each.asSubclass(Task.class))
            .toList();
    if (tasks.size() != 1) {
      throw new InputException(
          "%s: %s; it must have one class that implements dev.sheaf.Task"
              .formatted(
                  file,
                  tasks.isEmpty()
                      ? "no class in it implements dev.sheaf.Task"
                      : tasks.stream().map(Class::getName).collect(Collectors.joining(", "))
                          + " implement dev.sheaf.Task"));
    }
    try {
      Constructor<? extends Task> constructor = tasks.getFirst().getDeclaredConstructor();
      constructor.setAccessible(true); // the class need not be public
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new InputException(
          "%s: %s has no constructor without parameters"
              .formatted(file, tasks.getFirst().getName()),
          e);
    }
  }

  /// A new object of the class.
  ///
  /// @throws InputException if its constructor throws
  public Task create() {
    try {
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      throw new InputException(
          "%s: its constructor failed: %s".formatted(file, cause(e.getCause())), e);
    } catch (ReflectiveOperationException e) {
      throw new InputException(file + ": " + e, e);
    }
  }

  /// What the user's code threw, in a line with the place in the file.
  public String cause(Throwable thrown) {
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (String.valueOf(file.getFileName()).equals(frame.getFileName())) {
        return "%s (%s:%d)".formatted(thrown, file, frame.getLineNumber());
      }
    }
    return thrown.toString();
  }

  /// The classes of the file, as the compiler gives them.
  private static final class Classes extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> bytes = new HashMap<>();

    Classes(JavaFileManager others) {
      super(others);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      bytes.put(name, content);
      return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
        @Override
        public OutputStream openOutputStream() {
          return content;
        }
      };
    }

    List<Class<?>> load() {
      ClassLoader loader =
          new ClassLoader(TaskSource.class.getClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
              ByteArrayOutputStream content = bytes.get(name);
              if (content == null) {
                throw new ClassNotFoundException(name);
              }
              return defineClass(name, content.toByteArray(), 0, content.size());
            }
          };
      return bytes.keySet().stream().sorted().<Class<?>>map(name -> load(loader, name)).toList();
    }

    private static Class<?> load(ClassLoader loader, String name) {
      try {
        return loader.loadClass(name);
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
