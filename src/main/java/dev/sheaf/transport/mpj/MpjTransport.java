package dev.sheaf.transport.mpj;

import dev.sheaf.InputException;
import dev.sheaf.comm.RankProgram;
import dev.sheaf.comm.Transport;
import dev.sheaf.process.Signals;
import java.nio.file.Files;
import java.util.Map;

/// MPJ Express 0.44. Under the launcher `run/mpj`, the ranks that it started; else ranks that are
/// threads of this JVM.
///
/// Each communicator of a rank may be called by one thread at a time; counters and shared memory by
/// any thread at any time. Where ranks are threads, only threads of the rank's own thread group may
/// send and receive: those that it started.
public final class MpjTransport implements Transport {
  @Override
  public String name() {
    return "mpj";
  }

  @Override
  public boolean launched(Map<String, String> environment) {
    return Launch.of(environment) != null;
  }

  @Override
  public Map<String, String> libraries(Map<String, String> environment) {
    return Library.find(environment)
        .map(jar -> Map.of(jar.toString(), Files.isReadable(jar) ? "" : "no such file"))
        .orElse(Map.of());
  }

  @Override
  public String probe(String library) {
    Library loaded = Library.load(Map.of(Library.JAR, library));
    loaded.newDevice(Device.THREADS);
    loaded.newDevice(Device.PROCESSES);
    return loaded.version;
  }

  @Override
  public int run(int ranks, RankProgram program) {
    Map<String, String> environment = System.getenv();
    Launch launch = Launch.of(environment);
    if (launch != null && ranks != 0) {
      if (launch.rank() != 0) {
        return 0; // all were told alike: rank 0 tells it
      }
      throw new InputException("--ranks is for ranks without a launcher; run/mpj has -n");
    }
    Library library = Library.load(environment);
    if (launch != null && launch.processes()) {
      Signals.endAtOnce();
      return new ProcessJob(launch).run(library, program);
    }
    int size = launch == null ? ranks : launch.size();
    return new ThreadJob(library, size == 0 ? Runtime.getRuntime().availableProcessors() : size)
        .run(program);
  }
}
