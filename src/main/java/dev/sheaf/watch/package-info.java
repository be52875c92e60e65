/// The watchdog: who waits, who is absent, on which host and in which item. Start with
/// [dev.sheaf.watch.Watch].
package dev.sheaf.watch;
