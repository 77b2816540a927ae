using System.Globalization;
using System.Text;

namespace Sightline.Server.Nodes;

/// <summary>Where a payload stands in its message.</summary>
internal enum Part
{
    Whole = '.',
    First = '[',
    Middle = '-',
    Last = ']',
}

/// <summary>
/// One notification: <c>node, number, part, text</c>. A sender numbers its payloads without gaps, and sends those of one
/// message behind each other. PostgreSQL drops a payload that equals another one of its transaction; numbers see to it that
/// none does.
/// </summary>
/// <param name="NodeId">Who sends.</param>
/// <param name="Text">ASCII.</param>
internal readonly record struct Payload(int NodeId, long Number, Part Part, string Text)
{
    /// <summary>PostgreSQL takes less than 8000 bytes.</summary>
    public const int MaxChars = 7_900;

    private const int NodeChars = 8;
    private const int NumberChars = 16;
    private const int HeadChars = NodeChars + NumberChars + 1;
    private const int MaxTextChars = MaxChars - HeadChars;

    /// <summary>Cuts a message into as many pieces as it needs.</summary>
    public static IEnumerable<(Part Part, string Text)> Split(string message)
    {
        if (message.Length <= MaxTextChars)
        {
            yield return (Part.Whole, message);
            yield break;
        }

        for (var at = 0; at < message.Length; at += MaxTextChars)
        {
            var end = Math.Min(at + MaxTextChars, message.Length);
            var part = at == 0 ? Part.First : end == message.Length ? Part.Last : Part.Middle;
            yield return (part, message[at..end]);
        }
    }

    public static Payload? Read(string text) =>
        text.Length >= HeadChars
        && int.TryParse(text.AsSpan(0, NodeChars), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var nodeId)
        && long.TryParse(text.AsSpan(NodeChars, NumberChars), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
        && (Part)text[HeadChars - 1] is var part && Enum.IsDefined(part)
            ? new Payload(nodeId, number, part, text[HeadChars..])
            : null;

    /// <summary>What <see cref="Read"/> reads.</summary>
    public string Write() =>
        string.Create(CultureInfo.InvariantCulture, $"{NodeId:x8}{Number:x16}{(char)Part}{Text}");

    /// <summary>Its name alone, for logs.</summary>
    public override string ToString() => nameof(Payload);
}

/// <summary>Puts the payloads of one sender together again. What comes twice, or without its beginning, is passed over.</summary>
internal sealed class PayloadJoiner
{
    /// <summary>The largest message is what a node holds: some 150 characters a socket.</summary>
    public const int MaxMessageChars = 16 * 1024 * 1024;

    private readonly StringBuilder _text = new();
    private long _last = long.MinValue;
    private bool _isOpen;

    /// <returns>The message that this payload completes, if it does.</returns>
    public string? Add(Payload payload)
    {
        if (payload.Number <= _last)
        {
            return null;
        }

        var follows = _isOpen && payload.Number == _last + 1;
        _last = payload.Number;
        if (payload.Part is Part.Whole or Part.First)
        {
            _text.Clear();
        }
        else if (!follows || _text.Length + payload.Text.Length > MaxMessageChars)
        {
            _isOpen = false;
            _text.Clear();
            return null;
        }

        _isOpen = payload.Part is Part.First or Part.Middle;
        if (payload.Part == Part.Whole)
        {
            return payload.Text;
        }

        _text.Append(payload.Text);
        if (_isOpen)
        {
            return null;
        }

        var message = _text.ToString();
        _text.Clear();
        return message;
    }
}
