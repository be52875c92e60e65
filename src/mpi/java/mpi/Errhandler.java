package mpi;

public final class Errhandler {}
