/// The transport `local`: ranks are threads of one JVM; nothing to install. Data goes from the
/// sender's memory to the receiver's in one copy. [dev.sheaf.transport.local.Job] holds one run,
/// [dev.sheaf.transport.local.Group] one communicator, [dev.sheaf.transport.local.Wait] how a rank
/// waits.
package dev.sheaf.transport.local;
