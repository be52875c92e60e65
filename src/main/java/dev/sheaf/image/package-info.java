/// Image files: finding them in natural order, decoding them into 8-bit RGB, resizing and turning,
/// writing JPEG, PNG and PDF. Start reading at [dev.sheaf.image.ImageLoader]. A leaf: it uses
/// nothing above it.
package dev.sheaf.image;
