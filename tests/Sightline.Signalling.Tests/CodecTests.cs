using System.Text;

namespace Sightline.Signalling.Tests;

public class CodecTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("nonsense")]
    [InlineData("""{"type":"ping","id":"1"} trailing""")]
    [InlineData("""{"type":"ping","id":"1",}""")]
    [InlineData("""{"type":null}""")]
    public void Text_that_is_no_message_is_malformed(string text) => ErrorOf(text).Code.ShouldBe(ErrorCode.Malformed);

    [Fact]
    public void Bytes_that_are_no_text_are_malformed() =>
        Codec.Decode([0x7b, 0x22, 0x74, 0x79, 0x70, 0x65, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d])
            .ShouldBeOfType<Decoded.Bad>().Error.Code.ShouldBe(ErrorCode.Malformed);

    [Fact]
    public void A_message_over_the_limit_is_too_large() =>
        ErrorOf($$"""{"type":"ping","id":"{{new string('x', Limits.MaxMessageBytes)}}"}""").Code.ShouldBe(ErrorCode.TooLarge);

    [Fact]
    public void A_doubled_property_is_refused() =>
        ErrorOf("""{"type":"ping","id":"1","id":"2"}""").Code.ShouldBe(ErrorCode.InvalidField);

    [Fact]
    public void A_session_description_over_the_limit_is_refused()
    {
        var sdp = "v=0" + new string('a', Limits.MaxSdpChars);
        var peer = new PeerName(Guid.NewGuid(), Guid.NewGuid());

        Codec.Decode(Codec.Encode(new Offer(peer, 1, sdp))).ShouldBeOfType<Decoded.Bad>().Error.Code.ShouldBe(ErrorCode.InvalidField);
    }

    [Fact]
    public void Unknown_properties_and_any_order_are_welcome() =>
        Codec.Decode("""{"colour":"red","id":"1","type":"ping"}"""u8).ShouldBe(new Decoded.Ok(new Ping("1")));

    [Fact]
    public void A_sender_who_names_itself_is_heard()
    {
        var peer = new PeerName(Guid.NewGuid(), Guid.NewGuid());

        Codec.Decode(Encoding.UTF8.GetBytes($$"""{"type":"leave","from":"{{peer}}"}"""))
            .ShouldBe(new Decoded.Ok(new Leave { From = peer }));
    }

    [Fact]
    public void An_error_never_repeats_what_the_sender_wrote() =>
        ErrorOf("""{"type":"secret-token-123"}""").ToString().ShouldNotContain("secret");

    /// <summary>Seeded mutations of every golden message: nothing throws, and whatever is accepted can be written again.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mutated_messages_never_throw(int seed)
    {
        var random = new Random(seed);
        var corpus = Golden.All().Select(golden => Golden.BytesOf(golden.Entry)).ToArray();
        for (var i = 0; i < 60_000; i++)
        {
            var bytes = corpus[random.Next(corpus.Length)].ToArray();
            for (var mutations = random.Next(1, 5); mutations > 0; mutations--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)"{}[]\",:\\0"[random.Next(9)] : (byte)random.Next(256);
            }

            if (Codec.Decode(bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length)) is Decoded.Ok ok)
            {
                Codec.Encode(ok.Message).ShouldNotBeEmpty();
            }
        }
    }

    private static Error ErrorOf(string text) => Codec.Decode(Encoding.UTF8.GetBytes(text)).ShouldBeOfType<Decoded.Bad>().Error;
}
