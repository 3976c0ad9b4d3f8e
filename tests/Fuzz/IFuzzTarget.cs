namespace Fuzz;

/// <summary>Something that takes bytes from a peer. It throws when a property is broken; a refusal is not a failure.</summary>
internal interface IFuzzTarget
{
    string Name { get; }

    /// <summary>Well-formed inputs to begin with.</summary>
    IEnumerable<byte[]> Seeds();

    /// <summary>Feeds one input. True when it was accepted, so that the fuzzer can go on from it.</summary>
    bool Run(ReadOnlySpan<byte> input);
}
