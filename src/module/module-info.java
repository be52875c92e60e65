/// Data parallelism over MPI. The packed jar as a module: the API, and picocli, with whose annotations
/// programs have options. Compiled behind all else, as what it needs is in the jar itself.
module dev.sheaf {
  requires java.compiler;
  requires java.desktop;
  requires java.management;
  requires jdk.management;
  requires jdk.unsupported;

  exports dev.sheaf;
  exports dev.sheaf.comm;
  exports picocli;

  uses dev.sheaf.Program;
  uses dev.sheaf.comm.Transport;
}
