using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Tidy.Purity;

/// <summary>Finds the source line of an instruction in the symbols that the compiler left beside an assembly.</summary>
internal sealed class SourceLines : IDisposable
{
    private readonly MetadataReaderProvider? _symbols;

    public SourceLines(PEReader image, string? assemblyPath)
    {
        if (assemblyPath is not null)
        {
            image.TryOpenAssociatedPortablePdb(assemblyPath, File.OpenRead, out _symbols, out _);
        }
    }

    /// <summary>The file, from the repository's root, and the line; nothing for code that has no source.</summary>
    public (string? File, int Line) Find(MethodDefinitionHandle method, int ilOffset)
    {
        if (_symbols is null)
        {
            return (null, 0);
        }

        var reader = _symbols.GetMetadataReader();
        var points = reader.GetMethodDebugInformation(method.ToDebugInformationHandle()).GetSequencePoints().Where(p => !p.IsHidden).ToList();
        var point = points.FindLast(p => p.Offset <= ilOffset);
        if (point.Document.IsNil)
        {
            return (null, 0);
        }

        var path = reader.GetString(reader.GetDocument(point.Document).Name).Replace('\\', '/');
        var source = path.LastIndexOf("/src/", StringComparison.Ordinal);
        return (source < 0 ? path : path[(source + 1)..], point.StartLine);
    }

    public void Dispose() => _symbols?.Dispose();
}
