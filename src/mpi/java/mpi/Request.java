package mpi;

public class Request {
  public final native boolean test() throws MPIException;

  public final native void waitFor() throws MPIException;
}
