package io.sluice.ringbuffers.mapped;

/**
 * What a mapped file is: its kind and the version of its layout. A file that answers with another magic or version
 * cannot be read by this program and is put aside.
 *
 * @param name what to call it in messages, such as "affinity table"
 * @param magic eight bytes that name the kind of file
 * @param version raised with every change of the layout
 */
public record Layout(String name, long magic, int version) {
    /** Eight ASCII characters as a magic number, so that {@code hexdump -C} shows them in reading order. */
    public static long magic(String eightCharacters) {
        if (eightCharacters.length() != 8) {
            throw new IllegalArgumentException("a magic has eight characters: " + eightCharacters);
        }
        long magic = 0;
        for (int i = 7; i >= 0; i--) {
            magic = (magic << 8) | (eightCharacters.charAt(i) & 0xFF);
        }
        return magic;
    }
}
