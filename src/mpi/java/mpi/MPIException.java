package mpi;

public class MPIException extends Exception {
  private static final long serialVersionUID = 1;

  private MPIException() {}
}
