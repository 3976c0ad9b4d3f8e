using System.Globalization;
using System.Net;

namespace LoadGen.Cli;

/// <summary>The words after a command's name. What is taken is gone; what is left over at the end is a slip.</summary>
internal sealed class Arguments(IEnumerable<string> words)
{
    private readonly List<string> _words = [.. words];

    public bool TakeFlag(string name) => _words.Remove(name);

    /// <summary>The word after the option, or `--name=word`.</summary>
    public string? TakeOption(string name)
    {
        int at = _words.FindIndex(word => word == name || word.StartsWith(name + "=", StringComparison.Ordinal));
        if (at < 0)
        {
            return null;
        }

        string option = _words[at];
        _words.RemoveAt(at);
        if (option.Length > name.Length)
        {
            return option[(name.Length + 1)..];
        }

        if (at == _words.Count || _words[at].StartsWith("--", StringComparison.Ordinal))
        {
            throw new UsageException($"{name} needs a value after it.");
        }

        string value = _words[at];
        _words.RemoveAt(at);
        return value;
    }

    public int TakeInt(string name, int otherwise, int min, int max)
    {
        if (TakeOption(name) is not { } word)
        {
            return otherwise;
        }

        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw new UsageException($"{name} {word}: a whole number from {min} to {max} is meant.");
    }

    public double TakeNumber(string name, double otherwise, double min, double max)
    {
        if (TakeOption(name) is not { } word)
        {
            return otherwise;
        }

        return double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value >= min && value <= max
            ? value
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{name} {word}: a number from {min} to {max} is meant."));
    }

    public long TakeBytes(string name, long otherwise)
    {
        if (TakeOption(name) is not { } word)
        {
            return otherwise;
        }

        return ByteSize.TryParse(word, out long bytes) ? bytes
            : throw new UsageException($"{name} {word}: a size such as 100MB, 64KiB or 1500 is meant.");
    }

    /// <summary>An address and port. Names are not looked up, except localhost.</summary>
    public IPEndPoint? TakeEndPoint(string name)
    {
        if (TakeOption(name) is not { } word)
        {
            return null;
        }

        string address = word.StartsWith("localhost:", StringComparison.Ordinal) ? "127.0.0.1" + word["localhost".Length..] : word;
        bool hasPort = address.Contains("]:", StringComparison.Ordinal) || address.Count(c => c == ':') == 1;
        return hasPort && IPEndPoint.TryParse(address, out IPEndPoint? endPoint) ? endPoint
            : throw new UsageException($"{name} {word}: an address and a port are meant, such as 127.0.0.1:7400 or [::1]:7400.");
    }

    public string TakeOneOf(string name, string otherwise, params ReadOnlySpan<string> allowed)
    {
        string word = TakeOption(name) ?? otherwise;
        return allowed.Contains(word) ? word : throw new UsageException($"{name} {word}: one of {string.Join(", ", allowed.ToArray())} is meant.");
    }

    public string? TakeWord()
    {
        if (_words.Count == 0 || _words[0].StartsWith("--", StringComparison.Ordinal))
        {
            return null;
        }

        string word = _words[0];
        _words.RemoveAt(0);
        return word;
    }

    public void RefuseMore()
    {
        if (_words.Count > 0)
        {
            throw new UsageException($"{_words[0]} is not understood here: see `loadgen --help`.");
        }
    }
}
