/// Transport `mpj`: MPJ Express (0.44, as Debian packages it), pure Java. Ranks are threads of one
/// JVM on its device `smpdev` (what MPJ calls multicore), or processes on several hosts on
/// `niodev`, started by [dev.sheaf.transport.mpj.Launcher]. [dev.sheaf.transport.mpj.MpjTransport]
/// is the way in.
///
/// What is used of MPJ is its device layer, `xdev`: a message of bytes to a process, with tag and
/// context. Its upper layer keeps a rank's state in static fields, sends a short message on
/// `smpdev` only when it is received, fails on messages from 512 MiB on, and has an `Abort` that
/// does nothing. So lengths, order, pieces, collectives, counters and the end of a job are made
/// here, of messages of at most one [dev.sheaf.transport.mpj.Channel#PIECE]. Java serialization is
/// not used.
///
/// On several hosts `niodev` listens on ports 25000 to 40000 of all interfaces, and asks nobody who
/// he is: for networks that are trusted.
package dev.sheaf.transport.mpj;
