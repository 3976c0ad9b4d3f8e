namespace Scp.Serialization.Generator.Model;

/// <summary>How values of a type travel.</summary>
internal enum TypeShape
{
    /// <summary>One call of the writer and one of the reader, both named by <see cref="TypeModel.Codec"/>.</summary>
    Scalar,

    /// <summary>As its underlying integer.</summary>
    Enum,

    /// <summary>A string: a scalar that is a reference.</summary>
    String,

    /// <summary>A byte array: a scalar that is a reference.</summary>
    Bytes,

    /// <summary>A ReadOnlyMemory of bytes.</summary>
    Memory,

    /// <summary>A value type that may be null: nil, or as <see cref="TypeModel.Element"/>.</summary>
    Nullable,
    Array,
    List,
    Dictionary,

    /// <summary>A class that writes itself.</summary>
    MessageClass,

    /// <summary>A struct that writes itself.</summary>
    MessageStruct,
}

/// <summary>A member's type, as far as generated code needs to know it. Text and enums only: it is compared and kept.</summary>
/// <param name="Name">Fully qualified, without its own question mark if it is a reference.</param>
internal sealed record TypeModel(TypeShape Shape, string Name)
{
    /// <summary>Suffix of the writer's and the reader's method, for scalars and for the integer under an enum.</summary>
    public string Codec { get; init; } = "";

    /// <summary>C# keyword of the integer under an enum.</summary>
    public string UnderlyingName { get; init; } = "";

    /// <summary>Whether null is a value of the type, as its annotation has it.</summary>
    public bool IsNullable { get; init; }

    /// <summary>Element of an array or list, value of a dictionary, value within a nullable.</summary>
    public TypeModel? Element { get; init; }

    /// <summary>Key of a dictionary.</summary>
    public TypeModel? Key { get; init; }

    /// <summary>The name with its own annotation, as it stands within other types.</summary>
    public string AnnotatedName => IsReference && IsNullable ? Name + "?" : Name;

    public bool IsReference => Shape is TypeShape.String or TypeShape.Bytes or TypeShape.Array or TypeShape.List
        or TypeShape.Dictionary or TypeShape.MessageClass;
}
