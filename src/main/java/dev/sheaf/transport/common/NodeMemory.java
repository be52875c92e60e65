package dev.sheaf.transport.common;

import dev.sheaf.comm.SharedMemory;

/// Zeroed memory shared by the ranks of a communicator, all of one node. Collective over them are
/// its making, [#sync] and [#free]; [#close] ends this rank's access alone.
public interface NodeMemory extends SharedMemory, Shared {}
