/// Commands in processes of their own, by [dev.sheaf.foreign]: faster than by `ProcessBuilder`, and
/// ended with this process however it ends.
package dev.sheaf.process;
