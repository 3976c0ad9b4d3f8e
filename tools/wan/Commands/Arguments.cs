using System.Globalization;

namespace Wan.Commands;

/// <summary>The words after a command's name. Options may stand anywhere; what is taken is gone, and what is left over is a slip.</summary>
internal sealed class Arguments(IEnumerable<string> words)
{
    private const string OptionPrefix = "--";

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

        if (at == _words.Count)
        {
            throw WanException.Usage($"{name} needs a value after it");
        }

        string value = _words[at];
        _words.RemoveAt(at);
        return value;
    }

    /// <summary>The two nodes after an option such as --pair.</summary>
    public (int From, int To)? TakePair(string name)
    {
        int at = _words.IndexOf(name);
        if (at < 0)
        {
            return null;
        }

        if (at + 2 >= _words.Count)
        {
            throw WanException.Usage($"{name} needs two nodes after it, such as {name} 1 2");
        }

        (int From, int To) pair = (Node(_words[at + 1]), Node(_words[at + 2]));
        _words.RemoveRange(at, 3);
        return pair;
    }

    public string TakeWord(string what)
    {
        string? word = TryTakeWord();
        return word ?? throw WanException.Usage($"{what} is missing");
    }

    public string? TryTakeWord()
    {
        RefuseOptions();
        if (_words.Count == 0)
        {
            return null;
        }

        string word = _words[0];
        _words.RemoveAt(0);
        return word;
    }

    public int TakeNode(string what) => Node(TakeWord(what));

    public List<string> TakeRest()
    {
        RefuseOptions();
        List<string> rest = [.. _words];
        _words.Clear();
        return rest;
    }

    public void RefuseMore()
    {
        if (_words.Count > 0)
        {
            throw WanException.Usage($"{_words[0]} is not understood here");
        }
    }

    private void RefuseOptions()
    {
        if (_words.Find(word => word.StartsWith(OptionPrefix, StringComparison.Ordinal)) is { } unknown)
        {
            throw WanException.Usage($"the option {unknown} is unknown here");
        }
    }

    private static int Node(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int node) && node > 0
            ? node
            : throw WanException.Usage($"{word} is no node: nodes are numbers from 1 up");
}
