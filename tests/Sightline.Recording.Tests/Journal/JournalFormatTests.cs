using System.Buffers.Binary;
using System.Text;
using Sightline.Recording.Journal;
using static Sightline.Recording.Tests.Scene;

namespace Sightline.Recording.Tests.Journal;

/// <summary>The bytes stay as docs/recording-format.md has them: what is written today is read in ten years.</summary>
public sealed class JournalFormatTests
{
    [Theory]
    [InlineData("", 0x00000000)]
    [InlineData("123456789", 0xE3069283)]
    public void The_checksum_is_CRC_32C(string text, uint checksum) => Crc32C.Of(Encoding.ASCII.GetBytes(text)).ShouldBe(checksum);

    [Fact]
    public void A_segment_has_these_bytes()
    {
        var writer = new JournalWriter(Camera, JournalLimits.Default, firstSegment: 2, firstRecord: 258);
        writer.Packet(Rtp(98, 0x0102, 0x03040506, ssrc: 0x0708090A, payloadBytes: 2), Start);
        var disk = new VirtualDisk(writer);
        disk.Work(Ms(30));

        Convert.ToHexString(disk.Segments.Single()).ShouldBe(
            "534C4A52" + "0100" + "4000" + // "SLJR", version, length of the header
            "0195F7A4000070008000" + "00000000000A" + "0195F7A4000070008000" + "00000000000B" +
            "02000000" + "02010000" + "C0AD0BC72B4C0600" + "02000000" + "F362ADED" + // segment, record, time, kind, checksum
            "A54C" + "0E00" + "02010000" + "C0AD0BC72B4C0600" + "811B9C59" + "01" + // marker, length, number, time, checksum, kind
            "8062" + "0102" + "03040506" + "0708090A" + "0202");
    }

    /// <summary>Makes a changed header sound again.</summary>
    internal static void Reseal(byte[] segment) =>
        BinaryPrimitives.WriteUInt32LittleEndian(segment.AsSpan(60), Crc32C.Of(segment.AsSpan(0, 60)));
}
