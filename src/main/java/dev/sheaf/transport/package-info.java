/// The ways to start ranks and to carry their messages, a package each;
/// [dev.sheaf.transport.Transports] finds the one of a run.
package dev.sheaf.transport;
