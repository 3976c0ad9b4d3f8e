namespace Tidy;

/// <summary>Something to mend: where it is, and a sentence that says what it is and what to do about it.</summary>
public readonly record struct Finding(string Path, int Line, string Message)
{
    public override string ToString() => Line > 0 ? $"{Path}:{Line}: {Message}" : $"{Path}: {Message}";
}
