/// What transports have in common whose ranks are processes that a launcher starts:
/// [dev.sheaf.transport.common.LaunchedTransport] starts and ends them,
/// [dev.sheaf.transport.common.ProcessCommunicator] carries messages of any length and memory on a
/// library's calls.
package dev.sheaf.transport.common;
