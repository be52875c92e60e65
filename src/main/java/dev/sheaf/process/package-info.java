/// This process, its host, its signals and its end; and commands in processes of their own, by
/// [dev.sheaf.foreign]: faster than by `ProcessBuilder`, and ended with this one however it ends.
package dev.sheaf.process;
