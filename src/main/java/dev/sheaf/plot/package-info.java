/// Plots as SVG and as pixels, the same bytes on every machine: nothing is asked of the system, no
/// font, no toolkit. Start reading at [dev.sheaf.plot.Drawing]. A leaf: it uses nothing above it.
package dev.sheaf.plot;
