package mpi;

public final class Datatype {
  public static native Datatype createContiguous(int count, Datatype type) throws MPIException;

  public static native Datatype createStruct(int[] lengths, int[] displs, Datatype[] types)
      throws MPIException;

  public native void commit() throws MPIException;

  public native void free() throws MPIException;
}
