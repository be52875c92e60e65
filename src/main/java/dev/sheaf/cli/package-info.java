/// The command line: one class a subcommand, which turns words into a workload and its options.
package dev.sheaf.cli;
