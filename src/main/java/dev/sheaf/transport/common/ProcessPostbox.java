package dev.sheaf.transport.common;

import dev.sheaf.comm.Postbox;

/// A postbox that a library gives, freed as everything that ranks make together.
public interface ProcessPostbox extends Postbox, Shared {}
