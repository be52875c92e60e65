package mpi;

public final class Info {}
