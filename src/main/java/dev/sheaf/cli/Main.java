package dev.sheaf.cli;

/// The command line.
public final class Main {
  private Main() {}

  /// Starts.
  public static void main(String[] args) {
    System.out.println("sheaf");
  }
}
