package mpi;

public class Intracomm extends Comm {
  public native Intracomm dup() throws MPIException;

  public final native Intracomm split(int colour, int key) throws MPIException;

  public final native Intracomm splitType(int type, int key, Info info) throws MPIException;
}
