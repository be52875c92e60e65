package mpi;

public final class MPI {
  public static Intracomm COMM_WORLD;
  public static Intracomm COMM_SELF;
  public static Errhandler ERRORS_RETURN;
  public static Info INFO_NULL;
  public static int ANY_SOURCE;
  public static int ANY_TAG;
  public static int UNDEFINED;
  public static int THREAD_SERIALIZED;
  public static int THREAD_MULTIPLE;
  public static Datatype BYTE;
  public static Datatype INT;
  public static Datatype LONG;
  public static Datatype FLOAT;
  public static Datatype DOUBLE;
  public static Op SUM;
  public static Op MIN;
  public static Op MAX;

  private MPI() {}

  public static native int InitThread(String[] args, int required) throws MPIException;

  public static native void Finalize() throws MPIException;

  public static native String getLibVersion();

  public static native String getProcessorName() throws MPIException;
}
