/// Input files: which ones a user's word means, and in which order. A leaf: it uses nothing above
/// it.
package dev.sheaf.files;
