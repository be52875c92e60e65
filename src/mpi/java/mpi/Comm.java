package mpi;

import java.nio.Buffer;

public class Comm {
  public static int TYPE_SHARED;

  public final native int getRank() throws MPIException;

  public final native int getSize() throws MPIException;

  public final native void setErrhandler(Errhandler handler) throws MPIException;

  public final native void abort(int status) throws MPIException;

  public native void free() throws MPIException;

  public final native void send(Object data, int count, Datatype type, int dest, int tag)
      throws MPIException;

  public final native Request iSend(Buffer data, int count, Datatype type, int dest, int tag)
      throws MPIException;

  public final native Status recv(Object data, int count, Datatype type, int source, int tag)
      throws MPIException;

  public final native Status probe(int source, int tag) throws MPIException;

  public final native Status iProbe(int source, int tag) throws MPIException;

  public final native void barrier() throws MPIException;

  public final native void bcast(Object data, int count, Datatype type, int root)
      throws MPIException;

  public final native void scatterv(
      Object send, int[] counts, int[] displs, Datatype type, int root) throws MPIException;

  public final native void scatterv(Object recv, int count, Datatype type, int root)
      throws MPIException;

  public final native void gatherv(Object recv, int[] counts, int[] displs, Datatype type, int root)
      throws MPIException;

  public final native void gatherv(Object send, int count, Datatype type, int root)
      throws MPIException;

  public final native void allGatherv(Object data, int[] counts, int[] displs, Datatype type)
      throws MPIException;

  public final native void reduce(
      Object send, Object recv, int count, Datatype type, Op op, int root) throws MPIException;

  public final native void allReduce(Object send, Object recv, int count, Datatype type, Op op)
      throws MPIException;

  public final native void allReduce(Object data, int count, Datatype type, Op op)
      throws MPIException;
}
